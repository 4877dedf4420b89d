"""What a certificate says of the decision rule, of U as it is stated, and of risks, in each language (7.8.6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

RULE_WORDS: Mapping[str, Mapping[Literal["en", "zh"], str]] = {
    "decision": {"en": "Decision rule", "zh": "判定规则"},
    "decision.rule": {"en": "Rule {rule}, version {version}.", "zh": "规则 {rule}，第 {version} 版。"},
    "rule.simple": {
        "en": "Simple acceptance (ILAC-G8:09/2019, 4.2.1): a result passes when it lies within its "
        "limits, ends included; the uncertainty is not taken into account.",
        "zh": "简单接受（ILAC-G8:09/2019, 4.2.1）：结果在限内（含端点）即为合格，不考虑不确定度。",
    },
    "rule.guarded": {
        "en": "Guard band w = U (ILAC-G8:09/2019, 4.2.3): pass when the result lies within its limits "
        "by U or more; fail when it lies beyond them by more than U; indeterminate in between.",
        "zh": "保护带 w = U（ILAC-G8:09/2019, 4.2.3）：结果在限内且余量不小于 U 为合格；超出限值大于 U "
        "为不合格；其间为待定。",
    },
    "rule.jjf1094": {
        "en": "JJF 1094-2002, 5.3.1: where U is at most one third of the maximum permissible error, a "
        "result passes when it lies within its limits; elsewhere it passes when it lies within "
        "them by U or more, fails when it lies beyond them by U or more, and is indeterminate in "
        "between.",
        "zh": "JJF 1094-2002 第 5.3.1 条：U 不大于最大允许误差绝对值的三分之一时，结果在限内即为合格；"
        "否则，在限内且余量不小于 U 为合格，超出限值不小于 U 为不合格，其间为待定。",
    },
    "rule.oiml": {
        "en": "OIML G 19: where U is at most one third of the maximum permissible error, a result passes "
        "when it lies within its limits; elsewhere it passes when it lies within them by U or more, fails "
        "when it lies beyond them by U or more, and is indeterminate in between.",
        "zh": "OIML G 19：U 不大于最大允许误差绝对值的三分之一时，结果在限内即为合格；否则，在限内且余量"
        "不小于 U 为合格，超出限值不小于 U 为不合格，其间为待定。",
    },
    "rule.guarded_binary": {
        "en": "Guard band w = U (ILAC-G8:09/2019, 4.2.2): pass when the result lies within its limits by U "
        "or more, else fail.",
        "zh": "保护带 w = U（ILAC-G8:09/2019, 4.2.2）：结果在限内且余量不小于 U 为合格，否则为不合格。",
    },
    "rule.iso14253": {
        "en": "ISO 14253-1:2017 with w = 0.83 U: conformity is verified (pass) when the result lies within "
        "its limits by w or more; nonconformity is verified (fail) when it lies beyond them by more than w; "
        "neither is verified in between (indeterminate).",
        "zh": "ISO 14253-1:2017，w = 0.83 U：结果在限内且余量不小于 w 为证实合格；超出限值大于 w 为证实"
        "不合格；其间两者均未证实（待定）。",
    },
    "rule.iso14253_binary": {
        "en": "Guard band w = 0.83 U (ILAC-G8:09/2019, table 1, from ISO 14253-1:2017): pass when the "
        "result lies within its limits by w or more, else fail.",
        "zh": "保护带 w = 0.83 U（ILAC-G8:09/2019 表 1，依据 ISO 14253-1:2017）：结果在限内且余量不小于 w "
        "为合格，否则为不合格。",
    },
    "rule.three_sigma": {
        "en": "Guard band w = 1.5 U (ILAC-G8:09/2019, table 1, three sigma): pass when the result lies "
        "within its limits by w or more, else fail.",
        "zh": "保护带 w = 1.5 U（ILAC-G8:09/2019 表 1，3σ）：结果在限内且余量不小于 w 为合格，否则为不合格。",
    },
    "rule.six_sigma": {
        "en": "Guard band w = 3 U (ILAC-G8:09/2019, table 1, six sigma): pass when the result lies within "
        "its limits by w or more, else fail.",
        "zh": "保护带 w = 3 U（ILAC-G8:09/2019 表 1，6σ）：结果在限内且余量不小于 w 为合格，否则为不合格。",
    },
    "rule.uncritical": {
        "en": "Limits widened by U (ILAC-G8:09/2019, table 1, uncritical): fail when the result lies beyond "
        "its limits by more than U, else pass. A result that passes may well be beyond its limits.",
        "zh": "限值放宽 U（ILAC-G8:09/2019 表 1，非关键）：结果超出限值大于 U 为不合格，否则为合格。合格的"
        "结果可能超出限值。",
    },
    "rule.customer": {
        "en": "Guard band w = r U with r agreed with the customer (ILAC-G8:09/2019, table 1): pass when the "
        "result lies within its limits by w or more, else fail.",
        "zh": "保护带 w = r U，r 与客户商定（ILAC-G8:09/2019 表 1）：结果在限内且余量不小于 w 为合格，"
        "否则为不合格。",
    },
    "rule.customer_zones": {
        "en": "Guard band w = r U with r agreed with the customer (ILAC-G8:09/2019, 4.2.3): pass when the "
        "result lies within its limits by w or more; fail when it lies beyond them by more than w; "
        "indeterminate in between.",
        "zh": "保护带 w = r U，r 与客户商定（ILAC-G8:09/2019, 4.2.3）：结果在限内且余量不小于 w 为合格；"
        "超出限值大于 w 为不合格；其间为待定。",
    },
    "rule.z540_m5": {
        "en": "ANSI/NCSL Z540.3 (handbook, method 5), guard band w = U: pass when the result lies within its "
        "limits by U or more, else fail.",
        "zh": "ANSI/NCSL Z540.3（手册方法 5），保护带 w = U：结果在限内且余量不小于 U 为合格，否则为不合格。",
    },
    "rule.z540_m5_rss": {
        "en": "ANSI/NCSL Z540.3 (handbook, method 5, root sum of squares): the limits are multiplied by "
        "√(1 - 1/TUR²), about their middle; pass within them, else fail.",
        "zh": "ANSI/NCSL Z540.3（手册方法 5，方和根）：限值绕其中点乘以 √(1 - 1/TUR²)；在其内为合格，"
        "否则为不合格。",
    },
    "rule.z540_m6": {
        "en": "ANSI/NCSL Z540.3 (handbook, method 6): the limits are multiplied by 1 - (1.04 - "
        "exp(0.38 ln TUR - 0.54)) / TUR, at most 1, about their middle; pass within them, else fail.",
        "zh": "ANSI/NCSL Z540.3（手册方法 6）：限值绕其中点乘以 1 - (1.04 - exp(0.38 ln TUR - 0.54)) / TUR"
        "（不大于 1）；在其内为合格，否则为不合格。",
    },
    "rule.z540_pfa": {
        "en": "ANSI/NCSL Z540.3, 5.3 b): guard band w so that the probability of a false accept is at most "
        "2 % for the prior stated here; pass when the result lies within its limits by w or more, else fail.",
        "zh": "ANSI/NCSL Z540.3 5.3 b)：保护带 w 使所述先验下的误接受概率不大于 2 %；结果在限内且余量不小于 "
        "w 为合格，否则为不合格。",
    },
    # the name under which a procedure chooses the rule stays beside its translation
    "rule.name.simple": {"en": "simple", "zh": "“简单接受”（simple）"},
    "rule.name.guarded": {"en": "guarded", "zh": "“保护带”（guarded）"},
    "rule.name.guarded_binary": {"en": "guarded_binary", "zh": "“保护带，两种结论”（guarded_binary）"},
    "rule.name.jjf1094": {"en": "jjf1094", "zh": "“JJF 1094 判定”（jjf1094）"},
    "rule.name.oiml": {"en": "oiml", "zh": "“OIML G 19 判定”（oiml）"},
    "rule.name.iso14253": {"en": "iso14253", "zh": "“ISO 14253-1 判定”（iso14253）"},
    "rule.name.iso14253_binary": {
        "en": "iso14253_binary",
        "zh": "“ISO 14253-1，两种结论”（iso14253_binary）",
    },
    "rule.name.three_sigma": {"en": "three_sigma", "zh": "“3σ 保护带”（three_sigma）"},
    "rule.name.six_sigma": {"en": "six_sigma", "zh": "“6σ 保护带”（six_sigma）"},
    "rule.name.uncritical": {"en": "uncritical", "zh": "“非关键”（uncritical）"},
    "rule.name.customer": {"en": "customer", "zh": "“客户商定”（customer）"},
    "rule.name.customer_zones": {"en": "customer_zones", "zh": "“客户商定，三种结论”（customer_zones）"},
    "rule.name.z540_m5": {"en": "z540_m5", "zh": "“Z540.3 方法 5”（z540_m5）"},
    "rule.name.z540_m5_rss": {"en": "z540_m5_rss", "zh": "“Z540.3 方法 5（方和根）”（z540_m5_rss）"},
    "rule.name.z540_m6": {"en": "z540_m6", "zh": "“Z540.3 方法 6”（z540_m6）"},
    "rule.name.z540_pfa": {"en": "z540_pfa", "zh": "“Z540.3 误接受概率”（z540_pfa）"},
    "decision.ratio": {"en": "Agreed: r = {ratio}.", "zh": "商定：r = {ratio}。"},
    "decision.coverage": {
        "en": "U is the expanded uncertainty: the standard uncertainty multiplied by the coverage "
        "factor k given with each result, for a coverage probability of {coverage} (JCGM 100).",
        "zh": "U 为扩展不确定度，即标准不确定度乘以各结果所列的包含因子 k，包含概率为 {coverage}（JJF 1"
        "059.1）。",
    },
    "decision.fixed": {
        "en": "U is the expanded uncertainty: the standard uncertainty multiplied by the agreed coverage factor "
        "k = {k}; the coverage probability is approximately {coverage} (JCGM 100).",
        "zh": "U 为扩展不确定度，即标准不确定度乘以商定的包含因子 k = {k}，包含概率约为 {coverage}（JJF 1059.1）。",
    },
    "decision.shape": {
        "en": "Where rectangular contributions dominate, k is that of their distribution (EA-4/02, S9 and S10).",
        "zh": "矩形分布分量占优时，k 取其分布的包含因子（EA-4/02 S9、S10）。",
    },
    "decision.cmc": {
        "en": "No U is stated below the calibration and measurement capability of the laboratory (ILAC-P14).",
        "zh": "所列 U 不小于实验室的校准测量能力（ILAC-P14）。",
    },
    "mc.symmetric": {
        "en": "u and U by Monte Carlo (JCGM 101): {draws} draws, seed {seed}, symmetric interval (7.7.1); U is the "
        "larger distance to its ends.",
        "zh": "u 与 U 由蒙特卡洛法得出（JJF 1059.2）：抽样 {draws} 次，种子 {seed}，概率对称区间；U 取至两端的较大"
        "距离。",
    },
    "mc.shortest": {
        "en": "u and U by Monte Carlo (JCGM 101): {draws} draws, seed {seed}, shortest interval; U is the larger "
        "distance to its ends.",
        "zh": "u 与 U 由蒙特卡洛法得出（JJF 1059.2）：抽样 {draws} 次，种子 {seed}，最短区间；U 取至两端的较大距离。",
    },
    "cmc.stated": {
        "en": "This U is the calibration and measurement capability; k u is less.",
        "zh": "该 U 为校准测量能力，k u 值较小。",
    },
    "cmc.says": {
        "en": "U of these results is the laboratory's calibration and measurement capability; their budgets give "
        "less: No. {numbers}.",
        "zh": "下列结果的 U 为实验室的校准测量能力，其不确定度评定值较小：序号 {numbers}。",
    },
    "decision.tur": {"en": "TUR: {definition}.", "zh": "TUR 定义：{definition}。"},
    "tur.tolerance span / (2 U95) (ANSI/NCSL Z540.3)": {
        "en": "test uncertainty ratio, the span between the limits divided by twice the expanded uncertainty with "
        "coverage probability 0.95 (ANSI/NCSL Z540.3)",
        "zh": "测试不确定度比，即上下限之间的全宽除以包含概率为 0.95 的扩展不确定度的两倍（ANSI/NCSL Z540.3）",
    },
    "decision.risk": {
        "en": "Risk: the probability that a verdict is wrong, given this measurement alone (JCGM 106, clause 7): "
        "that the item is beyond its limits where it passes or is indeterminate within them, and within them "
        "where it fails or is indeterminate beyond them.",
        "zh": "风险：仅由本次测量得出的判定错误的概率（JCGM 106 第 7 章）：判为合格或限内待定而实际超限，或判为"
        "不合格或限外待定而实际在限内。",
    },
    "decision.global": {
        "en": "PFA and PFR: the probabilities of a false accept and of a false reject among all such items "
        "(JCGM 106, 9.5). Prior: {prior}.",
        "zh": "PFA 与 PFR：全部同类器具中误接受与误拒收的概率（JCGM 106, 9.5）。先验：{prior}。",
    },
    "prior.in_tolerance": {
        "en": "normal, {value} of the items are in tolerance",
        "zh": "正态分布，{value} 的器具在允差内",
    },
    "prior.sigma": {
        "en": "normal with the standard deviation {value}",
        "zh": "正态分布，标准偏差 {value}",
    },
    "prior.half_width": {
        "en": "rectangular with the half width {value}",
        "zh": "矩形分布，半宽 {value}",
    },
    "prior.mean": {"en": "mean {value}", "zh": "均值 {value}"},
    "largest.pass": {
        "en": "The largest risk of a result that passes is {risk} (No. {number}).",
        "zh": "合格结果的最大风险为 {risk}（序号 {number}）。",
    },
    "largest.fail": {
        "en": "The largest risk of a result that fails is {risk} (No. {number}).",
        "zh": "不合格结果的最大风险为 {risk}（序号 {number}）。",
    },
    "decisions": {"en": "Annex: decisions and their risks", "zh": "附录：判定及其风险"},
    "acceptance": {"en": "Acceptance limits", "zh": "接收限"},
    "acceptance.none": {"en": "none can pass", "zh": "无合格区"},
    "guard.band": {"en": "w", "zh": "w"},
    "ratio": {"en": "TUR", "zh": "TUR"},
    "risk": {"en": "Risk", "zh": "风险"},
    "pfa": {"en": "PFA", "zh": "PFA"},
    "pfr": {"en": "PFR", "zh": "PFR"},
}
