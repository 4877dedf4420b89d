"""Why a plan is refused: each template of planning in English and in Chinese."""

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
    # roles and standards
    (
        "Role '{role}' is not filled: it needs {needs}. Instruments of the station: {has}.",
        "角色“{role}”无人担任：需要 {needs}。工作站的仪器：{has}。",
    ),
    (
        "Role '{role}' is not filled: it needs {needs}. Instruments with it: {has}.",
        "角色“{role}”无人担任：需要 {needs}。该工位的仪器：{has}。",
    ),
    (
        (
            "Role '{role}': whether {source} is off is seen by {witness} (seen_by in the station), which "
            "plays no role in this run, so the outputs could never be verified off. Instruments of this "
            "run: {there}. Take a procedure with a role that {same} plays, or name one of these as seen_by "
            "if it measures at the terminals."
        ),
        (
            "角色“{role}”：{source} 是否关闭由 {witness} 监视（工作站的 seen_by），但它在此运行中"
            "不担任角色，因此无法确认输出已关闭。此运行的仪器：{there}。请选用由 {same} 担任角色的程序，"
            "或将测量该输出端的上述仪器之一设为 seen_by。"
        ),
    ),
    ("Role '{role}': {why}", "角色“{role}”：{why}"),
    ("it has no asset, so it is not in calibration.", "该仪器没有资产记录，因此不在校准有效期内。"),
    (
        "{asset} is of class {given}, wanted is {wanted} or better.",
        "{asset} 的等级为 {given}，要求为 {wanted} 或更高。",
    ),
    ("{asset}: its certificate {number} is of a simulated run.", "{asset}：其证书 {number} 来自模拟运行。"),
    (
        "{asset} is {status}: take another standard, or put it back in service in its asset file.",
        "{asset} 的状态为 {status}：请换用其他标准器，或在其资产文件中恢复使用。",
    ),
    (
        (
            "{asset} was due for calibration on {due} and it is {today}: have it calibrated and enter "
            "the new certificate."
        ),
        "{asset} 的校准已于 {due} 到期，今天是 {today}：请送校并录入新证书。",
    ),
    (
        "{asset}: its certificate is dated {dated}, after {today}.",
        "{asset}：其证书日期为 {dated}，晚于 {today}。",
    ),
    (
        (
            "{point}: {asset} ({model}) has no certified {needed} at {value}; its certificate covers "
            "{covered}."
        ),
        "{point}：{asset}（{model}）在 {value} 没有 {needed} 的校准值；其证书覆盖 {covered}。",
    ),
    (
        (
            "{point}: {asset} ({model}) has no certified {needed} at {value} on the range {range}; its "
            "certificate covers {covered}."
        ),
        (
            "{point}：{asset}（{model}）在量程 {range} 的 {value} 没有 {needed} 的校准值；其证书覆盖 "
            "{covered}。"
        ),
    ),
    (
        (
            "Role '{role}': the standard is not accurate enough. Its TUR, tolerance span / (2 U), is "
            "below {wanted} at {count}. Take a better standard, or lower min_tur with a reason."
        ),
        (
            "角色“{role}”：标准器准确度不足。其 TUR（允差区间 / (2 U)）在 {count} 低于 {wanted}。"
            "请换用更好的标准器，或说明理由后降低 min_tur。"
        ),
    ),
    (
        (
            "Role '{role}': the standard is not of a class that is good enough. Its maximum "
            "permissible error is above {share} of the limit (max_error_share) at {count}. Take a "
            "standard of a better class."
        ),
        (
            "角色“{role}”：标准器等级不足。其最大允许误差在 {count} 超过允差的 "
            "{share}（max_error_share）。请换用等级更高的标准器。"
        ),
    ),
    (
        (
            "Role '{role}' has max_error_share, and {asset} states no maximum permissible error at "
            "{where}: write mpe: into that entry of {file}, as its specification or class says."
        ),
        (
            "角色“{role}”规定了 max_error_share，而 {asset} 在 {where} 未给出最大允许误差："
            "请按其技术指标或等级在 {file} 的该条目中写入 mpe:。"
        ),
    ),
    (
        (
            "Role '{role}' has max_error_share, and '{instrument}' has no asset that states its "
            "maximum permissible error: name one with asset: in the station, with mpe: in its entries."
        ),
        (
            "角色“{role}”规定了 max_error_share，而“{instrument}”没有给出最大允许误差的资产："
            "请在工作站中用 asset: 指定，并在其条目中写 mpe:。"
        ),
    ),
    (
        (
            "Role '{role}' has max_error_share, and weight {weight} of {asset} ({said}) has no maximum "
            "permissible error in {table} as this program has it: write mpe: beside its mass."
        ),
        (
            "角色“{role}”规定了 max_error_share，而 {asset} 的砝码 {weight}（{said}）在 {table} "
            "中没有最大允许误差：请在其质量旁写 mpe:。"
        ),
    ),
    (
        (
            "{point}: TUR is predicted as {ratio}, and the procedure wants {least} for a decision "
            "(min_tur). Take better standards, or more readings."
        ),
        (
            "{point}：预计 TUR 为 {ratio}，而程序要求至少 {least} 才能判定（min_tur）。"
            "请换用更好的标准器，或增加读数次数。"
        ),
    ),
    (
        (
            "Role '{role}': ballast would take the place of weights of {load} ({stated}), and weights "
            "of at least {least} ({most}) are needed for that. Use more weights, and give what they "
            "are together."
        ),
        (
            "角色“{role}”：替代载荷将代替 {load}（{stated}）的砝码，而至少需要 "
            "{least}（{most}）的砝码。请使用更多砝码，并给出其总量。"
        ),
    ),
    (
        (
            "{point}: its load needs ballast whose mass the point {name} finds, and the plan has no "
            "such point before it. Have larger weights, or add that point to the test that substitutes."
        ),
        (
            "{point}：其载荷需要由测量点 {name} 确定质量的替代载荷，而计划中此前没有该点。"
            "请使用更大的砝码，或在替代试验中增加该点。"
        ),
    ),
    (
        (
            "the weights of {sets} cannot be put together to {load}; it has {there}. Take another "
            "load, or a set that has it"
        ),
        "{sets} 的砝码无法组合成 {load}；现有 {there}。请改用其他载荷或含有该载荷的砝码组",
    ),
    (
        (
            "the weights of {sets} cannot be put together to {load}; it has {there}. Take another "
            "load, or a set that has it, or ballast in place of weights"
        ),
        "{sets} 的砝码无法组合成 {load}；现有 {there}。请改用其他载荷、含有该载荷的砝码组，或替代载荷",
    ),
    (
        (
            "the weights of {sets} cannot be put together to {full}, in place of which ballast is put, "
            "and to the rest of {left}; they are {there}. Take another load to substitute, or a set "
            "that has these"
        ),
        (
            "{sets} 的砝码无法组合成被替代的 {full} 和其余的 {left}；现有 {there}。请改变替代载荷，"
            "或使用含有这些砝码的砝码组"
        ),
    ),
    # points and tests
    (
        "There is nothing to do: no test is left. Look at only_if of the tests.",
        "没有可做的项目：全部项目都被略去。请查看各项目的 only_if。",
    ),
    (
        "--only {patterns} leaves no point. Points are named like {example}.",
        "--only {patterns} 没有留下任何测量点。测量点的名称形如 {example}。",
    ),
    (
        "{times} {what} are called {name}: give each another value, range or label.",
        "有 {times} 个测量点或结果名为 {name}（{what}）：请使其值、量程或标签各不相同。",
    ),
    (
        (
            "Test {test}: its ranges are those of a specification. Take the specification of a model, "
            "a file with 'use: …/{name}.yaml', in place of the procedure."
        ),
        (
            "项目 {test}：其量程由技术指标文件给出。请选择某型号的技术指标文件（含 'use: "
            "…/{name}.yaml'）来代替该程序。"
        ),
    ),
    (
        (
            "Test {test}: no points of {of} go together: none differ in {label} alone and have all "
            "that its value names."
        ),
        "项目 {test}：{of} 的测量点无法归为一组：没有仅在 {label} 上不同且具备所需全部数据的点。",
    ),
    ("Test {test}: {error}", "项目 {test}：{error}"),
    ("Value '{name}' cannot be computed: {error}.", "数值“{name}”无法计算：{error}。"),
    ("The values {names} need each other without end.", "数值 {names} 互相依赖，无法计算。"),
    ("{point}: its limit cannot be computed: {error}.", "{point}：其允差无法计算：{error}。"),
    (
        "{test}: its condition '{name}' cannot be planned: {error}.",
        "{test}：无法计划其条件“{name}”：{error}。",
    ),
    ("{point}: its uncertainty cannot be predicted: {error}", "{point}：无法预计其不确定度：{error}"),
    ("{point}: nothing can be decided: {error}", "{point}：无法判定：{error}"),
    (
        (
            "{point}: '{name}' has limits, and moves together with another value of its certificate, "
            "which does not say how the two are drawn. Leave monte_carlo out of the test."
        ),
        (
            "{point}：“{name}”为区间分布，且与其证书中的另一值相关，而证书未说明两者如何抽样。"
            "请从该项目中去掉 monte_carlo。"
        ),
    ),
    (
        "{point}: {quantity} is measured with a {one}, and with: does not say it.",
        "{point}：测量 {quantity} 需要 {one}，而 with: 中没有给出。",
    ),
    ("{point}: {one} '{text}' cannot be told: {error}.", "{point}：{one}“{text}”无法设定：{error}。"),
    (
        "{point}: {one} '{text}' is {value}; it must be {kind}.",
        "{point}：{one}“{text}”为 {value}；须为 {kind}。",
    ),
    (
        (
            "{point}: the laboratory's CMC is {found}, and U of this test is in {unit}, so that nobody "
            "can say which is larger. Leave unit: out of the test, or the entry out of cmc."
        ),
        (
            "{point}：实验室的 CMC 为 {found}，而此项目的 U 以 {unit} 表示，无法比较。请从项目中去掉 "
            "unit:，或从 cmc 中去掉该条目。"
        ),
    ),
    # decision, regulation
    (
        "Decision rule: {rule} needs a prior; add prior: {in_tolerance: 0.95} to decision.",
        "判定规则：{rule} 需要先验分布；请在 decision 中加入 prior: {in_tolerance: 0.95}。",
    ),
    ("Decision rule: {error}", "判定规则：{error}"),
    (
        "interval: '{text}' is no whole number of months from 1 to {most}: {error}.",
        "interval：“{text}”不是 1 至 {most} 之间的整数月：{error}。",
    ),
    (
        (
            "{procedure} {version} follows {given}, and station {station} works to {pinned}. Take a "
            "procedure of that edition; or, if the laboratory has gone over to {year}, write '{line}' "
            "under regulations: of the station."
        ),
        (
            "{procedure} {version} 依据 {given}，而工作站 {station} 依据 {pinned}。请选择该版本的程序；"
            "如实验室已改用 {year} 版，请在工作站的 regulations: 下写“{line}”。"
        ),
    ),
    # parts, and the heads of small tables
    ("did you mean {name}?", "是否为 {name}？"),
    ("it can say {names}.", "可填写 {names}。"),
    ("1 point", "1 个测量点"),
    ("{number} points", "{number} 个测量点"),
    ("a whole number above zero", "大于零的整数"),
    ("above zero", "大于零"),
    ("point{gap}TUR{space}U of the standard", "测量点{gap}TUR{space}标准器的 U"),
    ("point{gap}|MPE| standard{space}allowed{room}limit", "测量点{gap}标准器 |MPE|{space}允许值{room}允差"),
    (
        "point{gap}|MPE| standard{space}allowed{room}limit  |MPE| of the instrument",
        "测量点{gap}标准器 |MPE|{space}允许值{room}允差  仪器的 |MPE|",
    ),
    # anything else that is said of a point
    ("{step}-preload: {error}.", "{step}（预加载）：{error}。"),
    ("{point}, {name}: {error}.", "{point}，{name}：{error}。"),
    ("{point}: {error}.", "{point}：{error}。"),
)
