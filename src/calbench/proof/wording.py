"""Every word that the report of a proof prints, in each language; terms follow VIM (JJF 1001)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from calbench.errors import UsageError

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

WORDS: Mapping[str, Mapping[Language, str]] = {
    "title": {"en": "Proof of the uncertainty budgets", "zh": "不确定度预算的验证"},
    "simulated": {"en": "SIMULATED", "zh": "模拟数据"},
    "head": {
        "en": "{procedure} {version} on station {station}: {completed} of {runs} simulated runs, seed {seed}",
        "zh": "{procedure} {version}，工作站 {station}：完成 {completed}/{runs} 次模拟运行，种子 {seed}",
    },
    "parameters": {"en": "Parameters: {parameters}", "zh": "参数：{parameters}"},
    "claim": {
        "en": "Claim: the true error lies within E ± U with a probability of {claim}.",
        "zh": "声明：真实误差以 {claim} 的概率落在 E ± U 内。",
    },
    "claim.none": {
        "en": "Nothing is claimed that could be proven: no uncertainty is stated, or the simulated bench does not know "
        "the truth.",
        "zh": "没有可验证的声明：未给出不确定度，或模拟台不知真值。",
    },
    "conclusion": {"en": "Conclusion", "zh": "结论"},
    "conclusion.budgets": {"en": "budgets {said}", "zh": "预算{said}"},
    "conclusion.promise": {"en": "promise {said}", "zh": "承诺{said}"},
    "conclusion.open": {"en": "promise open (too few runs)", "zh": "承诺未定（次数不足）"},
    "conclusion.stopped": {"en": "{count} runs did not complete", "zh": "{count} 次运行未完成"},
    "comma": {"en": ", ", "zh": "，"},
    "honest": {"en": "honest", "zh": "诚实"},
    "optimistic": {"en": "OPTIMISTIC", "zh": "偏小"},
    "wasteful": {"en": "wasteful", "zh": "偏大"},
    "wasteful.expected": {"en": "wasteful (rounding)", "zh": "偏大（修约）"},
    "too_few_runs": {"en": "too few runs", "zh": "次数不足"},
    "not_proven": {"en": "not proven", "zh": "未验证"},
    "tests": {"en": "Tests", "zh": "项目"},
    "points": {"en": "Points", "zh": "测量点"},
    "test": {"en": "test", "zh": "项目"},
    "point": {"en": "point", "zh": "测量点"},
    "covered": {"en": "covered", "zh": "覆盖率"},
    "interval": {"en": "95 % interval", "zh": "95 % 区间"},
    "bias": {"en": "bias", "zh": "偏倚"},
    "bias.u": {"en": "bias/U", "zh": "偏倚/U"},
    "spread": {"en": "spread s", "zh": "实际标准差 s"},
    "expanded": {"en": "mean U", "zh": "平均 U"},
    "ratio": {"en": "u/s", "zh": "u/s"},
    "excess": {"en": "U/needed", "zh": "U/所需"},
    "verdict": {"en": "budget", "zh": "预算"},
    "decisions": {"en": "Decisions ({rule})", "zh": "判定（{rule}）"},
    "nonconforming": {"en": "truly beyond limits", "zh": "真实超差"},
    "accepted": {"en": "false accept", "zh": "误判合格"},
    "rejected": {"en": "false reject", "zh": "误判不合格"},
    "indeterminate": {"en": "indeterminate", "zh": "待定"},
    "edge": {"en": "false at the edge", "zh": "边缘误判合格"},
    "promise": {"en": "promise", "zh": "承诺"},
    "kept": {"en": "kept", "zh": "满足"},
    "broken": {"en": "BROKEN", "zh": "未满足"},
    "none": {"en": "none", "zh": "无"},
    "note.optimistic": {
        "en": "{name}: E ± U covers the true error in {share} of the runs ({low} to {high}) instead of {claim}. "
        "U is too small: look for a missing contribution, degrees of freedom or a correlation.",
        "zh": "{name}：E ± U 仅在 {share}（{low} 至 {high}）的运行中覆盖真实误差，低于 {claim}。U 偏小：请检查遗"
        "漏的分量、自由度或相关性。",
    },
    "note.wasteful": {
        "en": "{name}: every U could be divided by {excess}, and E ± U would still cover {claim} of the true "
        "errors.",
        "zh": "{name}：每个 U 即使除以 {excess}，E ± U 仍覆盖 {claim} 的真实误差。",
    },
    "note.rounding": {
        "en": "{name}: every U could be divided by {excess}. Rounding of the indication has {rounding} of the "
        "variance, so this is expected: half a step is stated in full, however small the real deviations "
        "are.",
        "zh": "{name}：每个 U 可除以 {excess}。示值修约占方差的 {rounding}，属预期：无论实际偏差多小，均按半个分"
        "度计入。",
    },
    "vast": {"en": "more than 1,000", "zh": "1,000 以上"},
    "note.zero": {
        "en": "{name}: U is zero, or less than a thousandth of the deviation, in {count} of {trials} results. Nothing "
        "is divided by it (–); the verdict rests on the coverage.",
        "zh": "{name}：{trials} 个结果中有 {count} 个的 U 为零或不足偏差的千分之一。不以其作除数（–）；"
        "结论依据覆盖率。",
    },
    "note.few": {
        "en": "{runs} runs are too few to say of {count} points ({names}). Where a budget just keeps its claim, "
        "it takes some {needed} runs or more to show it.",
        "zh": "{runs} 次运行不足以对 {count} 个测量点（{names}）下结论。对恰好满足声明的预算，约需 {needed} 次以"
        "上。",
    },
    "note.unproven": {
        "en": "{name}: no uncertainty is stated, or the simulated bench does not know the truth: decisions only.",
        "zh": "{name}：未给出不确定度，或模拟台不知真值：仅统计判定。",
    },
    "note.broken": {
        "en": "{name}: {rule} promises at most {most} false accepts ({kind} risk), and there are {share} ({low} "
        "to {high}).",
        "zh": "{name}：{rule} 承诺误判合格不超过 {most}（{kind}风险），实际为 {share}（{low} 至 {high}）。",
    },
    "note.edge.few": {
        "en": "{name}: {count} results are too few to say whether {rule} keeps its promise: the 95 % interval of false "
        "accepts ends at {high}, and kept needs {most} and no more than {margin} above it. Give more --runs, or a "
        "--population with more units near the limits, such as 'edge 0.2'.",
        "zh": "{name}：{count} 个结果不足以判断 {rule} 是否满足承诺：误判合格率的 95 % 区间上限为 {high}，满足要求其不"
        "超过 {most} 加 {margin}。请增大 --runs，或用 --population 使更多仪器接近限值，如 'edge 0.2'。",
    },
    "note.edge.none": {
        "en": "{name}: no result was accepted near an acceptance limit, so nothing can be said of the promise of "
        "{rule}. Give more --runs, or a --population with more units near the limits, such as 'edge 0.2'.",
        "zh": "{name}：没有结果在接受限附近被接受，无法判断 {rule} 的承诺。请增大 --runs，或用 --population 使更多仪器"
        "接近限值，如 'edge 0.2'。",
    },
    "specific": {"en": "specific", "zh": "特定"},
    "global": {"en": "global", "zh": "总体"},
    "note.stopped": {
        "en": "{count} runs did not complete and do not count. The first is run {index}: {reason}",
        "zh": "{count} 次运行未完成，不计入。首个为第 {index} 次：{reason}",
    },
    "note.unshifted": {
        "en": "{name}: the simulated unit takes no drawn errors; its errors are those that its model draws from "
        "its seed.",
        "zh": "{name}：该模拟仪器不接受抽取的误差；其误差由模型按种子产生。",
    },
    "how": {"en": "How this was found", "zh": "方法"},
    "how.runs": {
        "en": "Each run is a whole one: the same drivers, lines, steps and evaluation as on a real bench, in a "
        "simulated world whose truth only this report sees. Points that do not pass are not measured again.",
        "zh": "每次运行均为完整运行：驱动、线路、步骤与评定均与真实台相同，模拟世界的真值仅供本报告使用。不合格点"
        "不重测。",
    },
    "how.standards": {
        "en": "Standards are drawn below the drivers: each true value is the certified one plus a draw from its "
        "stated uncertainty, one draw for each influence quantity; all weights of a certificate share one.",
        "zh": "标准器在驱动之下抽取：真值等于证书值加上按其声明不确定度的一次抽样，每个影响量抽一次；同一证书的砝"
        "码共用一次抽样。",
    },
    "how.units": {
        "en": "Units under test: {population} in terms of the MPE, independent from point to point, beside the "
        "errors that the station or the model gives its unit.",
        "zh": "被检仪器：以最大允许误差为单位按 {population} 抽取，各点独立，叠加在工作站或模型给定的误差上。",
    },
    "how.no.units": {
        "en": "Units under test are as the station, or the model from its seed, has them; no population is drawn.",
        "zh": "被检仪器按工作站或模型种子给定，不抽取总体。",
    },
    "how.true": {
        "en": "The true error is the mean of the unit's errors beside the readings, without noise, rounding and "
        "what differs from one loading to the next.",
        "zh": "真实误差为各读数处仪器误差的平均值，不含噪声、修约及逐次加载的差异。",
    },
    "how.verdicts": {
        "en": "Optimistic: the upper bound of the coverage is below the claim. Wasteful: even if every U were "
        "divided by {excess}, the claim would be covered, with the same confidence. The chance that any "
        "honest budget is called optimistic is at most {alpha}. Honest needs a coverage that is, with its "
        "95 % interval, no more than {margin} below the claim; a promise is kept where false accepts are, with "
        "theirs, no more than that above what is promised.",
        "zh": "偏小：覆盖率上限低于声明值。偏大：在同样置信度下，每个 U 除以 {excess} 后仍覆盖声明概率。任一诚实"
        "预算被判为偏小的概率不超过 {alpha}。诚实要求覆盖率的 95 % 区间不低于声明值减 {margin}；"
        "满足承诺要求误判合格率的 95 % 区间不高于承诺值加 {margin}。",
    },
    "how.intervals": {
        "en": "Intervals are exact (Clopper-Pearson). Points of one run may share a standard: a test counts as "
        "many independent results as its design effect leaves. U/needed: by what every U can be divided "
        "until E ± U just covers the claim. u/s: mean standard uncertainty over the standard deviation of "
        "E minus true error.",
        "zh": "区间为精确区间（Clopper-Pearson）。同一次运行的各点可能共用标准器：项目的独立结果数按设计效应折算"
        "。U/所需：每个 U 可除以此值而 E ± U 恰好覆盖声明概率。u/s：平均标准不确定度与（E − 真实误差）标准"
        "差之比。",
    },
    "how.decisions": {
        "en": "Rates are shares of all decided results. Indeterminate is neither accepted nor rejected. At the "
        "edge: among what was accepted within U/2 of an acceptance limit.",
        "zh": "比率以全部判定结果为基数。待定既非合格也非不合格。边缘：距接受限 U/2 以内的合格结果。",
    },
    "how.seeds": {
        "en": "Seed of run INDEX: {derivation}. Plan {plan}.",
        "zh": "第 INDEX 次运行的种子：{derivation}。计划 {plan}。",
    },
    "plot.coverage": {
        "en": "Coverage of the true error with its 95 % interval; the line is the claim",
        "zh": "真实误差覆盖率及 95 % 区间；竖线为声明值",
    },
    "plot.ratio": {
        "en": "Standard uncertainty u over actual spread s; 1 is just as stated",
        "zh": "标准不确定度 u 与实际标准差 s 之比；1 表示恰如声明",
    },
    "plot.histogram": {
        "en": "{test}: (E − true error) / U; the lines are ± U",
        "zh": "{test}：（E − 真实误差）/ U；竖线为 ± U",
    },
    "plot.beyond": {
        "en": "{below} results lie further left, {above} further right",
        "zh": "左侧外 {below} 个，右侧外 {above} 个",
    },
    "draws": {"en": "What was drawn", "zh": "抽样内容"},
    "influence": {"en": "influence quantity", "zh": "影响量"},
    "std": {"en": "u (SI)", "zh": "u (SI)"},
    "shape": {"en": "shape", "zh": "分布"},
}


def word(key: str, language: Language, **filled: str) -> str:
    """Give a text of the table with its placeholders filled.

    Raises:
        KeyError: The table has no such key, or a placeholder was not filled.
    """
    text = WORDS[key][language]
    return text.format_map(filled) if filled else text


def spoken(language: str) -> Language:
    """Give the language back.

    Raises:
        UsageError: Reports are not written in it.
    """
    for known in LANGUAGES:
        if language == known:
            return known
    raise UsageError(f"--language {language}: reports are written in {' and '.join(LANGUAGES)}.")
