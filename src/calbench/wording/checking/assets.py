"""Assets, their certificates, and weights."""

from __future__ import annotations

MESSAGES: tuple[tuple[str, str], ...] = (
    ("this asset has no certified values", "此资产没有校准值"),
    ("add provides: or weights:", "请加上 provides: 或 weights:"),
    (
        "a result is of the present certificate, not of one of before",
        "结果（result）属于现行证书，而不是以前的证书",
    ),
    ("write the values: at, correction, expanded and k", "请写出值：at、correction、expanded 和 k"),
    ("nothing is certified for {capability}", "{capability} 没有校准值"),
    ("add an entry, or remove it", "请加上条目，或将其删去"),
    (
        "the next calibration is due on {due}, and the certificate is of {date}",
        "下次校准到期日为 {due}，而证书日期为 {date}",
    ),
    ("write the date that follows the certificate's", "请写证书日期之后的日期"),
    ("the values are of {of}, after the certificate of {date}", "值的日期为 {of}，晚于证书日期 {date}"),
    ("write the day of the calibration", "请写校准日期"),
    ("there is no such day: {text}", "没有这一天：{text}"),
    ("write a date that the calendar has", "请写存在的日期"),
    ("what is done between values is said of entries for one value", "between 只用于单个值的条目"),
    ("remove it, or write at: instead of from: and to:", "请将其删去，或用 at: 代替 from: 和 to:"),
    (
        "no line can be drawn from {value}: no other value of its range and frequency has one",
        "不能从 {value} 内插：同量程同频率没有其他可内插的值",
    ),
    (
        "add the next value with between: linear, or remove it",
        "请加上带 between: linear 的下一个值，或将其删去",
    ),
    (
        "an entry that names a result of the certificate says all: {key} is one too many",
        "引用证书结果的条目已说明一切：{key} 是多余的",
    ),
    (
        "this names a result of a digital certificate, and the asset has none",
        "此处引用数字校准证书的结果，而该资产没有数字校准证书",
    ),
    ("add dcc: with the file of the certificate", "请加上 dcc:（证书文件）"),
    ("the file of a digital certificate needs its hash", "数字校准证书文件需要散列值"),
    ("add sha256: to certificate", "请在 certificate 中加上 sha256:"),
    ("nothing uses this digital certificate", "没有使用此数字校准证书"),
    ("name one of its results in provides, or remove it", "请在 provides 中引用其结果，或将其删去"),
    (
        "an entry is for one value, at, or a span: {key} is one too many",
        "条目用于单个值（at）或一个区间：{key} 是多余的",
    ),
    ("an entry needs {wanted}", "条目需要 {wanted}"),
    ("say for which values it holds", "请说明适用于哪些值"),
    ("from {low} is above to {high}", "from {low} 大于 to {high}"),
    ("an entry of {quantity} needs the frequencies for which it holds", "{quantity} 的条目需要其适用的频率"),
    ("a CMC of {quantity} needs the frequencies for which it holds", "{quantity} 的 CMC 需要其适用的频率"),
    (
        "add frequency: 1 kHz, or frequency: {from: 40 Hz, to: 20 kHz}",
        "请加上 frequency: 1 kHz，或 frequency: {from: 40 Hz, to: 20 kHz}",
    ),
    ("add frequency: {from: 40 Hz, to: 20 kHz}", "请加上 frequency: {from: 40 Hz, to: 20 kHz}"),
    (
        "{quantity} does not alternate, so its uncertainty holds at no frequency",
        "{quantity} 不是交变量，因此其不确定度与频率无关",
    ),
    ("{quantity} does not alternate, so it has no frequency", "{quantity} 不是交变量，因此没有频率"),
    ("there is already a weight '{id}' (entry {number})", "已有砝码“{id}”（第 {number} 项）"),
    (
        "the mass {mass} is further than 1 % from the nominal {nominal}",
        "质量 {mass} 与标称值 {nominal} 相差超过 1 %",
    ),
    ("check the digits and the unit", "请检查数字和单位"),
    ("there is no file {file} beside the asset", "资产旁没有文件 {file}"),
    (
        "put the XML file of the certificate there, and write its name",
        "请将证书的 XML 文件放在那里，并写其文件名",
    ),
    (
        "{file} is another file: its SHA-256 is {given}, and {stated} is stated",
        "{file} 是另一个文件：其 SHA-256 为 {given}，而所写的是 {stated}",
    ),
    ("find the file that was reviewed, or review this one", "请找到经核验的文件，或核验此文件"),
    ("the digital certificate has the number {number}", "数字校准证书的编号为 {number}"),
    ("write the number as the certificate has it", "请按证书写编号"),
    ("the digital certificate is of an instrument with {given}", "数字校准证书属于编号为 {given} 的仪器"),
    ("name the certificate of this instrument", "请给出此仪器的证书"),
    ("name another result, or enter the values by hand", "请引用其他结果，或手工录入值"),
    ("write a number from -1 to 1", "请写 -1 至 1 的数"),
    ("write a number from -1 to 1, or independent", "请写 -1 至 1 的数，或 independent"),
    ("write a number from 0 to 1", "请写 0 至 1 的数"),
    (
        "{count_of} values cannot all have the coefficient {r} with each other",
        "{count_of} 个值不能两两都具有系数 {r}",
    ),
    (
        "the least is -1/{number}: its matrix would not be positive semidefinite",
        "最小为 -1/{number}：否则其矩阵不是半正定的",
    ),
    ("a certificate does not rest on itself", "证书不能以自身为依据"),
    ("name the certificate of the standard above", "请给出上级标准器的证书"),
    (
        "a correlation is two different weights of this set and a coefficient, each pair once",
        "相关由此砝码组的两个不同砝码和一个系数组成，每对只写一次",
    ),
    (
        "pairs that are not named have the asset's correlation: 1, if it states none",
        "未写出的各对采用该资产的相关系数：未给出则为 1",
    ),
    ("the asset has no certified values for {capability}", "该资产没有 {capability} 的校准值"),
    ("it has none", "它没有任何校准值"),
    ("it has {all_of}", "它有 {all_of}"),
    (
        "the values of {certificate} are no older than those of the present certificate",
        "{certificate} 的值不早于现行证书的值",
    ),
    ("list certificates of before", "请列出以前的证书"),
    ("this certificate has no value that the present one has", "此证书与现行证书没有共同的值"),
    ("enter values at the same points, or remove it", "请录入相同测量点的值，或将其删去"),
    ("the history cannot be compared: {message}", "历史证书无法比较：{message}"),
    ("write values that can be computed", "请写可以计算的值"),
    (
        (
            "from {since} to {until}, {capability} at {point} went {amount} a year: further "
            "than stated, beyond the uncertainty of the change"
        ),
        "从 {since} 到 {until}，{capability} 在 {point} 处每年变化 {amount}：大于所给的漂移，且超出变化量的不确定度",
    ),
    (
        "state a larger drift, or a correction for a steady one (calbench assets NAME --drift)",
        "请给出更大的漂移；稳定的漂移请给出修正值（calbench assets NAME --drift）",
    ),
    ("a drift of normal shape needs k, and no other has one", "正态分布的漂移需要 k，其他分布没有 k"),
    ("write shape: normal and k: 2", "请写 shape: normal 和 k: 2"),
    ("'{text}' is no coefficient of correlation that can stand here", "“{text}”不是此处可用的相关系数"),
    (
        "values for {capability} are not read from a certificate: enter them by hand",
        "{capability} 的值不从证书读取：请手工录入",
    ),
    ("the certificate has no result '{name}'; it has {known}", "证书没有结果“{name}”；现有 {known}"),
    ("the certificate has no result {name}; it has {known}", "证书没有结果 {name}；现有 {known}"),
    (
        (
            "the certificate has no result with errors, values and uncertainties in the unit "
            "of {capability}; its results are {known}"
        ),
        "证书没有以 {capability} 的单位给出误差、值和不确定度的结果；现有结果为 {known}",
    ),
    (
        "the certificate has several results in the unit of {capability}; its results are {known}",
        "证书有多个以 {capability} 的单位给出的结果；现有结果为 {known}",
    ),
    (
        "{capability} alternates, and the certificate has no column of frequencies",
        "{capability} 是交变量，而证书没有频率列",
    ),
    ("list {list}, value {value}: {message}", "第 {list} 个列表，第 {value} 个值：{message}"),
    ("an uncertainty of {u} with k = {k} cannot be used", "不能使用 k = {k} 的不确定度 {u}"),
    ("the columns of a list have different lengths", "列表各列的长度不同"),
    (
        "an error or uncertainty in {unit} does not go with {quantity}",
        "以 {unit} 表示的误差或不确定度与 {quantity} 不相符",
    ),
    (
        "there are two results for {value}: which one holds cannot be told",
        "{value} 有两个结果：无法确定采用哪一个",
    ),
)
