"""Words on the kind of work, the kind of control, and what a document concludes; merged into the table of words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

REGULATION_WORDS: Mapping[str, Mapping[Literal["en", "zh"], str]] = {
    "title.report": {"en": "Test report", "zh": "测试报告"},
    # a report is no certificate: words that name the document have a second form
    "number.report": {"en": "Report number", "zh": "报告编号"},
    "end.report": {"en": "End of report", "zh": "报告结束"},
    "simulated.says.report": {
        "en": "All data in this report come from simulated instruments (seed {seed}, {clock} clock). "
        "It is no evidence of the condition of any real instrument.",
        "zh": "本报告的全部数据来自模拟仪器（随机种子 {seed}，{clock}），不能证明任何真实仪器的状态。",
    },
    "statement.items.report": {
        "en": "The results relate only to the items described above, as they were when they were tested.",
        "zh": "本报告的结果仅与上述被测器具在检测时的状态有关。",
    },
    "statement.whole.report": {
        "en": "This report may be reproduced only in full, unless the laboratory agrees in writing.",
        "zh": "未经实验室书面批准，不得部分复制本报告。",
    },
    "statement.interval.report": {
        "en": "It is no calibration and no verification, and states no validity.",
        "zh": "本报告不是校准或检定文件，不给出有效期。",
    },
    "report.says": {
        "en": "This is a test report: it says how the items worked, and calibrates or verifies none of them.",
        "zh": "本文件为测试报告，仅说明被测器具的工作情况，不构成校准或检定。",
    },
    # what a verification concludes
    "conclusion.open": {
        "en": "none: not every item was verified",
        "zh": "未作结论：检定项目未全部完成",
    },
    "failing.says": {"en": "Items that do not conform: {items}.", "zh": "不合格项目：{items}。"},
    "undecided.says": {"en": "Items that were not decided: {items}.", "zh": "未判定项目：{items}。"},
    "failing.item": {"en": "{title} (no. {numbers})", "zh": "{title}（序号 {numbers}）"},
    "valid.until": {"en": "Valid until", "zh": "有效期至"},
    "valid.interval": {
        "en": "{date} (interval of {months} months by {regulation}; source: {source})",
        "zh": "{date}（按 {regulation}，检定周期 {months} 个月；来源：{source}）",
    },
    "statement.valid": {
        "en": "It is valid until {date}.",
        "zh": "本证书有效期至 {date}。",
    },
    # kinds of control
    "control": {"en": "Kind of control", "zh": "检定类别"},
    "control.first": {"en": "initial verification", "zh": "首次检定"},
    "control.subsequent": {"en": "subsequent verification", "zh": "后续检定"},
    "control.in_use": {"en": "in-service inspection", "zh": "使用中检查"},
    "choice.first": {"en": "initial verification", "zh": "首次检定"},
    "choice.subsequent": {"en": "subsequent verification", "zh": "后续检定"},
    "choice.in_use": {"en": "in-service inspection", "zh": "使用中检查"},
    "choice.direct": {"en": "direct", "zh": "直接接入"},
    "choice.transformers": {"en": "via transformers", "zh": "经互感器接入"},
    "left.out.control": {"en": "Items not required", "zh": "该类别不要求的项目"},
    # sources of the tables at a test
    "unsure.says": {
        "en": "Sources that are not confirmed: {tables}.",
        "zh": "来源尚未核实：{tables}。",
    },
    "unsure.table": {"en": "{table} ({source})", "zh": "{table}（{source}）"},
    "table.rounding": {"en": "rounding", "zh": "修约"},
    "table.interval": {"en": "interval", "zh": "检定周期"},
    "table.formulas": {"en": "formulas", "zh": "计算公式"},
    "table.environment": {"en": "environment", "zh": "环境条件"},
    "table.classes": {"en": "classes", "zh": "准确度等级"},
    "table.controls": {"en": "items by kind of control", "zh": "各检定类别的项目"},
    "table.currents": {"en": "starting and least currents", "zh": "起动电流与最小电流"},
    "table.limits of class 1": {"en": "limits of class 1", "zh": "1 级的最大允许误差"},
    "table.limits of class 2": {"en": "limits of class 2", "zh": "2 级的最大允许误差"},
    "table.limits of the other classes": {
        "en": "limits of the other classes",
        "zh": "其他等级的最大允许误差",
    },
    "table.starting and creep": {"en": "starting and creep", "zh": "起动与潜动"},
    "table.register": {"en": "register", "zh": "常数试验"},
    "table.standard": {"en": "standard", "zh": "标准器要求"},
    "table.procedure": {"en": "course of the test", "zh": "试验步骤"},
    # the item
    "not.stated": {"en": "not stated", "zh": "未提供"},
}
