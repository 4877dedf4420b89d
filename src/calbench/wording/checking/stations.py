"""Stations, simulated or not, and work orders of units."""

from __future__ import annotations

MESSAGES: tuple[tuple[str, str], ...] = (
    ("'{name}' is both an instrument and a position", "“{name}”既是仪器又是工位"),
    ("give the instrument another name", "请给仪器换一个名称"),
    ("the station is simulated, and nothing says how", "工作站是模拟的，而没有说明如何模拟"),
    ("add simulation:, or remove simulated: true", "请加上 simulation:，或删去 simulated: true"),
    ("'{name}' and '{other}' are one regulation", "“{name}”和“{other}”是同一规程"),
    ("keep the edition that the station works to", "请保留工作站采用的版本"),
    ("a driver needs the link to its instrument", "驱动程序需要与仪器的连接"),
    ("add link: {visa: …}", "请加上 link: {visa: …}"),
    ("a person reads this instrument, so it has no link", "此仪器由人读数，因此没有连接"),
    ("an instrument without a driver has no link", "没有驱动程序的仪器没有连接"),
    ("remove the link, or name its driver", "请删去连接，或给出其驱动程序"),
    ("'{text}' is no setting of a serial line", "“{text}”不是串行线路的设置"),
    (
        "write baud rate, data bits, parity (N, E, O) and stop bits, as in 9600 8N1",
        "请写波特率、数据位、校验（N、E、O）和停止位，如 9600 8N1",
    ),
    ("line belongs to a serial line, and this is none", "line 用于串行线路，而此处不是"),
    ("'{text}' is no address of a socket", "“{text}”不是套接字地址"),
    ("write host:port, as in 192.168.0.7:5025", "请写 主机:端口，如 192.168.0.7:5025"),
    ("'{text}' is no VISA resource name", "“{text}”不是 VISA 资源名"),
    ('write it as VISA lists it, as in "GPIB0::22::INSTR"', '请按 VISA 所列的写法，如 "GPIB0::22::INSTR"'),
    ("'{text}' is no serial port", "“{text}”不是串行端口"),
    ("write COM3 or /dev/ttyUSB0", "请写 COM3 或 /dev/ttyUSB0"),
    ("'{text}' is no address of a Modbus device", "“{text}”不是 Modbus 设备地址"),
    (
        "write tcp://192.168.0.7:502 or rtu://COM3, and the number of the device as unit: 1",
        "请写 tcp://192.168.0.7:502 或 rtu://COM3，并将设备编号写作 unit: 1",
    ),
    (
        "'{text}' is no GPIB address behind a Prologix controller",
        "“{text}”不是 Prologix 控制器后的 GPIB 地址",
    ),
    (
        "write its line, '/', and the address from 0 to 30, as in 192.168.0.7:1234/22",
        "请写其线路、“/”和 0 至 30 的地址，如 192.168.0.7:1234/22",
    ),
    ("the driver {driver} does not provide {name}", "驱动程序 {driver} 不提供 {name}"),
    ("it provides {all_of}", "它提供 {all_of}"),
    ("the asset {asset} has no certified values for {name}", "资产 {asset} 没有 {name} 的校准值"),
    ("a person at the keyboard cannot provide {name}", "键盘前的人不能提供 {name}"),
    (
        "a person can read measure.… and environment.…, and set source.…",
        "人可以读取 measure.… 和 environment.…，并设定 source.…",
    ),
    (
        "{name} lasts, is dangerous, and only a person could end it",
        "{name} 会持续且有危险，而只有人能使其结束",
    ),
    (
        "give it a driver, which can make it safe and read back that it is",
        "请给出驱动程序，由它使其处于安全状态并回读确认",
    ),
    (
        "further sets of weights lie beside the one of asset:, and there is none",
        "更多砝码组须与 asset: 的砝码组并列，而此处没有",
    ),
    ("name the first set as asset:", "请将第一组写作 asset:"),
    ("an instrument without a driver and without an asset is nothing", "仪器既没有驱动程序也没有资产"),
    ("add driver: or asset:", "请加上 driver: 或 asset:"),
    ("there is no file of the asset '{name}'", "没有资产“{name}”的文件"),
    ("write assets/{name}.yaml beside the station", "请在工作站旁编写 assets/{name}.yaml"),
    ("the file of the asset '{name}' says that it is '{other}'", "资产“{name}”的文件中写的是“{other}”"),
    ("name the file as the asset", "文件名须与资产一致"),
    ("{asset} is no set of weights", "{asset} 不是砝码组"),
    ("also: names further sets of weights beside the one of asset:", "also: 给出与 asset: 并列的更多砝码组"),
    ("{asset} has a weight '{id}', and {other} has one too", "{asset} 有砝码“{id}”，{other} 也有"),
    ("give the pieces of one of the sets other ids", "请给其中一组的砝码换编号"),
    ("'{address}' is already the address of '{name}'", "“{address}”已是“{name}”的地址"),
    ("give each its own address, or on a bus its own unit", "请各用不同的地址；在总线上各用不同的 unit"),
    ("the unit under test is at the position itself", "被测设备就在工位上"),
    ("name the role of a standard", "请给出标准器的角色"),
    ("'{name}' and '{other}' differ in capitals alone", "“{name}”和“{other}”只有大小写不同"),
    ("'{name}' cannot be the name of a position", "“{name}”不能作工位名称"),
    ("'{name}' stands for all positions; give it another name", "“{name}”表示全部工位；请换一个名称"),
    (
        "write at most 40 letters, digits, '.', '-' and '_', no '.' at the end, and no device of Windows",
        "请写至多 40 个字母、数字、“.”、“-”和“_”，末尾不用“.”，且不是 Windows 的设备名",
    ),
    ("'{witness}' cannot see whether {name} is off", "“{witness}”不能监视 {name} 是否关闭"),
    (
        "name an instrument with a driver that measures at its terminals",
        "请给出带驱动程序并在其端子上测量的仪器",
    ),
    (
        (
            "'{witness}' cannot see whether {name} is off: its driver {driver} does not tell "
            "whether anything is at its inputs"
        ),
        "“{witness}”不能监视 {name} 是否关闭：其驱动程序 {driver} 不能说明输入端是否有信号",
    ),
    (
        (
            "{all_of} can; wire one that can to its terminals and name it, or remove "
            "seen_by:; then it counts as not verified off"
        ),
        "{all_of} 可以；请将其中之一接到其端子并给出，或删去 seen_by:，则视为未确认关闭",
    ),
    (
        "{name} puts out {all_of}, and {driver} measures {others}",
        "{name} 输出 {all_of}，而 {driver} 测量 {others}",
    ),
    ("name an instrument that measures what it puts out", "请给出能测量其输出的仪器"),
    ("the mistake {mistake} needs a value", "差错 {mistake} 需要一个值"),
    ("add value: what is placed or answered, or how late", "请加上 value:（放置或回答的内容，或延迟多久）"),
    (
        "the station has a simulated twin, and there is no simulator '{name}'",
        "工作站有模拟副本，而没有模拟器“{name}”",
    ),
    ("add sim: with the simulator that takes its place", "请加上 sim:（代替它的模拟器）"),
    ("'{text}' is no terminal of an instrument", "“{text}”不是仪器的端子"),
    (
        "write name.terminal, as in calibrator.output or 1.input",
        "请写 名称.端子，如 calibrator.output 或 1.input",
    ),
    (
        "the units at {one} and {other} have one serial number, '{serial}'",
        "{one} 和 {other} 处设备的出厂编号相同：“{serial}”",
    ),
    ("look at the name plates, and give each its own", "请查看铭牌，各写其编号"),
    (
        (
            "wire a meter that can to its terminals and name it, or remove seen_by:; then it "
            "counts as not verified off"
        ),
        "请将可以监视的仪器接到其端子并给出，或删去 seen_by:，则视为未确认关闭",
    ),
)
