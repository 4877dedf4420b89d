"""Why a plan is refused because of parameters, the work order or positions: in English and in Chinese."""

from __future__ import annotations

MESSAGES: tuple[tuple[str, str], ...] = (
    ("Position {place}: {rest}", "工位 {place}：{rest}"),
    ("calbench: {rest}", "calbench：{rest}"),  # what a process says that was started
    # parameters and the work order
    (
        "Parameter '{name}': {procedure} has no such parameter. It has: {known}.",
        "参数“{name}”：{procedure} 没有此参数。现有：{known}。",
    ),
    (
        "Parameter '{name}' has no default: give it with --set {same}=VALUE.",
        "参数“{name}”没有默认值：请填写（--set {same}=VALUE）。",
    ),
    ("Parameter '{name}': {error}", "参数“{name}”：{error}"),
    (
        "'{text}' has an empty entry; write entries with commas between them.",
        "“{text}”含有空项；各项之间用逗号分隔。",
    ),
    ("wants one value, not a list of {many}.", "需要一个值，而不是 {many} 项的列表。"),
    ("'{text}' is not one of {choices}.", "“{text}”不在可选项中：{choices}。"),
    ("'{text}' is not a quantity in {unit}.", "“{text}”不是以 {unit} 为单位的量值。"),
    ("'{text}' has a unit; write a plain number.", "“{text}”带有单位；请只写数值。"),
    ("'{text}' is not a whole number.", "“{text}”不是整数。"),
    ("{value} is not a whole number from 1 to 10,000", "{value} 不是 1 至 10 000 的整数"),
    ("'{text}' is below its minimum {least}.", "“{text}”小于最小值 {least}。"),
    ("'{text}' is above its maximum {most}.", "“{text}”大于最大值 {most}。"),
    (
        "Work order: '{name}' is nothing that can be said of a unit under test; {hint}",
        "委托单：“{name}”不是被测设备的信息项；{hint}",
    ),
    # positions
    ("There is no position '{name}'; the station has {known}.", "没有工位“{name}”；工作站有 {known}。"),
    (
        "Role 'uut' is not filled: it needs {needs}. Positions of the station: {has}.",
        "角色“uut”无人担任：需要 {needs}。工作站的工位：{has}。",
    ),
    (
        "Several positions can hold the unit under test ({fitting}): say which, --position N.",
        "有多个工位可放置被测设备（{fitting}）：请选择一个（--position N）。",
    ),
    (
        "The work order of position '{name}' is for no unit of this run; they are at {places}.",
        "工位“{name}”的委托单不属于此运行的任何设备；设备在 {places}。",
    ),
    (
        "Position '{name}' is named {times} times: one unit is at each.",
        "工位“{name}”指定了 {times} 次：每个工位一台设备。",
    ),
    (
        ("The units at {places} have one serial number, {serial}: give each its own, --uut {first}:serial=…"),
        "{places} 的设备出厂编号相同（{serial}）：请分别填写（--uut {first}:serial=…）。",
    ),
    (
        "The procedure verifies {many} in a run (positions), not {given}: {places}.",
        "该程序一次运行可检定 {many} 台（positions），而不是 {given} 台：{places}。",
    ),
    (
        (
            "A procedure that adjusts is for one unit in a run: each unit is adjusted by its own "
            "results. Run it for one unit after the other."
        ),
        "带调整的程序一次只能运行一台设备：每台设备按其自身结果调整。请逐台运行。",
    ),
    (
        (
            "Nothing is measured as found, so nobody could say what was adjusted. Let --only keep a "
            "point there."
        ),
        "调整前没有任何测量，无法说明调整了什么。请让 --only 保留调整前的测量点。",
    ),
    (
        (
            "Test {test} says {one}: a run of several units shares its standards in one way. Write the "
            "same in both, or verify one unit in a run."
        ),
        (
            "项目 {test} 规定 {one}：多台设备的一次运行只能以一种方式共用标准器。请使两处一致，"
            "或每次检定一台。"
        ),
    ),
    ("Test {test} cannot be done in parallel: {why}.", "项目 {test} 不能并行进行：{why}。"),
    (
        "its weights are on one unit at a time. Write sharing: one_at_a_time",
        "砝码同一时间只能在一台设备上；请写 sharing: one_at_a_time",
    ),
    (
        (
            "its value is set at each unit by hand, not applied by a source and read at the unit. "
            "Write sharing: one_at_a_time"
        ),
        "其值由人在每台设备上设定，而非由源施加后在设备上读取；请写 sharing: one_at_a_time",
    ),
    (
        (
            "position {place} has a source of its own for role '{role}', and in parallel one source "
            "feeds all. Write sharing: independent, or leave the role out of with:"
        ),
        (
            "工位 {place} 的角色“{role}”有自己的源，而并行时由一个源供给全部设备；请写 sharing: "
            "independent，或从 with: 中去掉该角色"
        ),
    ),
    (
        (
            "Position {place} has no standard of its own for role '{role}', and the units are "
            "independent: name one at the position, with: {{same}: INSTRUMENT}, or take another "
            "sharing."
        ),
        (
            "工位 {place} 的角色“{role}”没有自己的标准器，而各设备相互独立：请在该工位用 with: "
            "{{same}: INSTRUMENT} 指定，或改用其他 sharing。"
        ),
    ),
    (
        (
            "'{instrument}' is the standard of the positions {places}, which are independent: each "
            "needs its own."
        ),
        "“{instrument}”是工位 {places} 的标准器，而各工位相互独立：每个工位须有自己的标准器。",
    ),
)
