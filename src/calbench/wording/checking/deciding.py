"""Decisions and regulations."""

from __future__ import annotations

MESSAGES: tuple[tuple[str, str], ...] = (
    (
        "U is stated with 1 or 2 significant digits, not '{digits}'",
        "U 取 1 或 2 位有效数字，而不是“{digits}”",
    ),
    ("write 1 or 2 (JCGM 100 7.2.6)", "请写 1 或 2（JCGM 100 7.2.6）"),
    (
        "the rule {rule} needs guard_ratio: r in the guard band w = r U",
        "规则 {rule} 需要 guard_ratio：保护带 w = r U 中的 r",
    ),
    ("add guard_ratio: 0.5, or what is agreed", "请加上 guard_ratio: 0.5，或约定的值"),
    (
        "the rule {rule} has its own guard band, and takes no guard_ratio",
        "规则 {rule} 有自己的保护带，不用 guard_ratio",
    ),
    ("write rule: customer, or remove guard_ratio", "请写 rule: customer，或删去 guard_ratio"),
    (
        "the rule {rule} needs a prior: how such items are distributed",
        "规则 {rule} 需要先验分布：此类器具的分布",
    ),
    ("add prior: {in_tolerance: 0.95}", "请加上 prior: {in_tolerance: 0.95}"),
    (
        "in_tolerance is {text}; it is a share between 0 and 1",
        "in_tolerance 为 {text}；应为 0 与 1 之间的份额",
    ),
    ("write 0.95 where 95 % of the items are in tolerance", "若 95 % 的器具在允差内，请写 0.95"),
    ("a coverage of {text} cannot be reached", "包含概率 {text} 无法达到"),
    ("write a share below 1, as in 0.95", "请写小于 1 的份额，如 0.95"),
    ("the coverage rule 'fixed' needs its k", "包含因子规则 'fixed' 需要 k"),
    (
        "k belongs to the coverage rule 'fixed', and the rule is '{rule}'",
        "k 用于包含因子规则 'fixed'，而此处的规则为“{rule}”",
    ),
    ("write coverage_rule: fixed, or remove k", "请写 coverage_rule: fixed，或删去 k"),
    (
        "the coverage rule 'rectangular' is for a coverage of {one}, not {other}",
        "包含因子规则 'rectangular' 用于包含概率 {one}，而不是 {other}",
    ),
    (
        "write coverage: 0.95, or coverage_rule: trapezoidal or t",
        "请写 coverage: 0.95，或 coverage_rule: trapezoidal 或 t",
    ),
    (
        "the unit under test is held against its limits; a share of them is for standards",
        "被测设备按其允差判定；允差的份额是对标准器的要求",
    ),
    ("write it to the role of a standard", "请写在标准器的角色中"),
    ("'{text}' is {value}: no share of a limit", "“{text}”为 {value}：不是允差的份额"),
    ("write a share above 0 and up to 1, as in 1 / 3", "请写大于 0 且不大于 1 的份额，如 1 / 3"),
    ("a verification follows a regulation, and none is named", "检定须依据规程，而没有给出规程"),
    (
        "add regulation: {id: …, year: …}, or write kind: calibration",
        "请加上 regulation: {id: …, year: …}，或写 kind: calibration",
    ),
    ("{year} is not the year of an edition", "{year} 不是版本的年号"),
    ("write it with four digits, as in {example}", "请写四位数字，如 {example}"),
    ("'{id}' has the year in it", "“{id}”中含有年号"),
    ("write it without, as in {id: JJG 539, year: 2016}", "请不带年号，如 {id: JJG 539, year: 2016}"),
    (
        "only a verification by a regulation holds for a time that can be stated",
        "只有依据规程的检定才能给出有效期",
    ),
    ("remove it, or name the regulation", "请将其删去，或给出规程"),
    (
        "'{text}' is {value}: not a whole number of months from 1 to {most}",
        "“{text}”为 {value}：不是 1 至 {most} 之间的整数月",
    ),
    ("write the months, as in 12", "请写月数，如 12"),
    (
        "the parameter '{name}' is the kind of control, so it is a choice",
        "参数“{name}”是检定类别，因此是 choice 类型",
    ),
    ("write type: choice, or rename it", "请写 type: choice，或改名"),
    ("'{name}' is no kind of control", "“{name}”不是检定类别"),
    (
        "it says for which kinds of control, and none can be chosen",
        "写明了用于哪些检定类别，而没有可选的检定类别",
    ),
    ("add the parameter {name}: {typed}", "请加上参数 {name}: {typed}"),
    ("no kind of control asks for this", "没有检定类别要求此项目"),
    (
        "name the kinds of control that ask for it, or remove it for all",
        "请写明要求此项目的检定类别；若全部要求则将其删去",
    ),
    (
        "{name} cannot be chosen here: the choices of {other} are {all_of}",
        "此处不能选 {name}：{other} 的选项为 {all_of}",
    ),
    ("add it to them, or remove it here", "请将其加入选项，或在此处删去"),
    ("sources: of the procedure says nothing of a table '{name}'", "程序的 sources: 中没有表“{name}”"),
    ("add it there", "请在那里加上"),
)
