"""Why a plan is refused because of its points, decision or regulation: in English and in Chinese."""

from __future__ import annotations

MESSAGES: tuple[tuple[str, str], ...] = (
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
