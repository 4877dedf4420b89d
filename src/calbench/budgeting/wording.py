"""The words of an evaluated budget in English and Chinese; terms follow VIM and JJF 1059.1 and 1059.2."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
Texts = Mapping[str, str]
"""A text by language; English stands in for one that is missing."""

WORDS: Mapping[str, Mapping[Language, str]] = {
    "gum": {"en": "Law of propagation (JCGM 100)", "zh": "不确定度传播律（JCGM 100，JJF 1059.1）"},
    "mc": {"en": "Monte Carlo (JCGM 101)", "zh": "蒙特卡洛法（JCGM 101，JJF 1059.2）"},
    "report": {"en": "Uncertainty budget", "zh": "测量不确定度评定"},
    "model": {"en": "Model", "zh": "测量模型"},
    "result": {"en": "Result", "zh": "结果"},
    "contributions": {"en": "Contributions", "zh": "不确定度分量"},
    "comparison": {"en": "Comparison", "zh": "两种方法的比较"},
    "notes": {"en": "Notes", "zh": "注"},
    "input": {"en": "input", "zh": "输入量"},
    "name": {"en": "name", "zh": "名称"},
    "value": {"en": "value", "zh": "估计值"},
    "u": {"en": "u", "zh": "u"},
    "distribution": {"en": "distribution", "zh": "分布"},
    "kind": {"en": "type", "zh": "类别"},
    "dof": {"en": "ν", "zh": "ν"},
    "sensitivity": {"en": "sensitivity", "zh": "灵敏系数"},
    "contribution": {"en": "contribution", "zh": "不确定度分量"},
    "share": {"en": "share", "zh": "占比"},
    "source": {"en": "source", "zh": "依据"},
    "shape.normal": {"en": "normal", "zh": "正态"},
    "shape.t": {"en": "t", "zh": "t 分布"},
    "shape.rectangular": {"en": "rectangular", "zh": "均匀"},
    "shape.triangular": {"en": "triangular", "zh": "三角"},
    "shape.trapezoidal": {"en": "trapezoidal", "zh": "梯形"},
    "shape.arcsine": {"en": "arcsine", "zh": "反正弦"},
    "shape.curvilinear_trapezoid": {"en": "curvilinear trapezoid", "zh": "曲边梯形"},
    "rule.t": {"en": "t", "zh": "t 分布"},
    "rule.fixed": {"en": "fixed", "zh": "约定"},
    "rule.rectangular-dominant": {"en": "rectangular-dominant", "zh": "均匀分布占优"},
    "rule.trapezoidal": {"en": "trapezoidal", "zh": "梯形分布"},
    "interval.symmetric": {"en": "symmetric", "zh": "概率对称"},
    "interval.shortest": {"en": "shortest", "zh": "最短"},
    "headed": {"en": "{head}: {rest}", "zh": "{head}：{rest}"},
    "none": {"en": "none", "zh": "无"},
    "gum.facts": {
        "en": "u = {u}, ν = {dof}, k = {k} ({rule}), U = {U}, p = {p}, from {low} to {high} {unit}",
        "zh": "u = {u}，ν = {dof}，k = {k}（{rule}），U = {U}，p = {p}，区间 {low} 至 {high} {unit}",
    },
    "mc.draws": {
        "en": "{draws} draws ({generator}, seed {seed})",
        "zh": "{draws} 次抽样（{generator}，随机种子 {seed}）",
    },
    "mc.adaptive": {
        "en": "{draws} draws (adaptive, {generator}, seed {seed})",
        "zh": "{draws} 次抽样（自适应，{generator}，随机种子 {seed}）",
    },
    "mc.facts": {
        "en": "mean = {value}, u = {u}, p = {p} {interval}, from {low} to {high} {unit}",
        "zh": "均值 = {value}，u = {u}，p = {p}（{interval}），区间 {low} 至 {high} {unit}",
    },
    "valid.yes": {"en": "Law of propagation validated: yes", "zh": "传播律验证：通过"},
    "valid.no": {"en": "Law of propagation validated: NO", "zh": "传播律验证：未通过"},
    "correlation": {"en": "Correlation of the outputs, {method}", "zh": "输出量的相关系数，{method}"},
    "regions": {"en": "Coverage region of all outputs together", "zh": "全部输出量的联合包含区域"},
    "region.ellipsoid": {
        "en": "{method}: ellipsoid, p = {p}, k = {k}",
        "zh": "{method}：椭球，p = {p}，k = {k}",
    },
    "region.box": {"en": "{method}: box, p = {p}, k = {k}", "zh": "{method}：长方体，p = {p}，k = {k}"},
    "note": {"en": "Note: {note}", "zh": "注：{note}"},
    "histogram": {
        "en": "{name}: density of {draws} draws (bars), and of the law of propagation (line). Below: the two "
        "intervals.",
        "zh": "{name}：{draws} 次抽样的概率密度（柱）与传播律的概率密度（曲线）。下方：两种方法的包含区间。",
    },
    "histogram.alone": {
        "en": "{name}: density of {draws} draws. Below: the interval.",
        "zh": "{name}：{draws} 次抽样的概率密度。下方：包含区间。",
    },
    "made": {"en": "{software}, budget file SHA-256 {sha256}", "zh": "{software}，评定文件 SHA-256 {sha256}"},
    # notes
    "note.unused": {
        "en": "{name} is used by no output, so it contributes nothing.",
        "zh": "{name} 未用于任何输出量，没有贡献。",
    },
    "note.idle": {
        "en": "{name} has no effect at first order: at these values every sensitivity to it is zero.",
        "zh": "{name} 在一阶近似下没有影响：在这些估计值处其灵敏系数均为零。",
    },
    "note.dof": {
        "en": "{names} are correlated and have different degrees of freedom; together they count with the fewest, "
        "{dof}, which is on the safe side.",
        "zh": "{names} 相关且自由度不同；合并按其中最小的自由度 {dof} 计，偏于安全。",
    },
    "note.nonlinear": {
        "en": "{name}: the model is not linear within the uncertainties; with second-order terms (JCGM 100 5.1.2) u "
        "would be {u}. Compare with the method mc.",
        "zh": "{name}：在不确定度范围内模型为非线性；计入二阶项（JCGM 100 5.1.2）时 u 为 {u}。请与蒙特卡洛法比较。",
    },
    "note.correlated": {
        "en": "{name}: second-order terms of correlated inputs are taken as for a joint normal distribution; the note "
        "of JCGM 100 5.1.2 is for independent ones.",
        "zh": "{name}：相关输入量的二阶项按联合正态分布计算；JCGM 100 5.1.2 的注仅适用于独立输入量。",
    },
    "note.cmc": {
        "en": "{name}: U is smaller than the CMC, so the CMC is stated.",
        "zh": "{name}：U 小于校准和测量能力（CMC），故给出 CMC。",
    },
    "note.heavy": {
        "en": "{name}: an input has 2 degrees of freedom or fewer, and draws of its t distribution have no standard "
        "deviation (JCGM 101 6.4.9.4); the interval holds.",
        "zh": "{name}：某输入量的自由度不大于 2，其 t 分布的抽样没有标准差（JCGM 101 6.4.9.4）；包含区间有效。",
    },
    "note.tails": {
        "en": "{name}: u of the draws is larger than the length of their interval: a few far draws make it, as where "
        "the model comes close to a division by zero. The output may have no standard deviation; the interval holds.",
        "zh": "{name}：抽样的 u 大于其包含区间的长度，由少数极远的抽样决定，例如模型接近除以零之处。"
        "输出量可能没有标准差；包含区间有效。",
    },
    "note.invalid": {
        "en": "{name}: the interval of the law of propagation differs from that of Monte Carlo by more than half of "
        "the last digit of u (JCGM 101 clause 8); state the interval of Monte Carlo.",
        "zh": "{name}：传播律的区间与蒙特卡洛法的区间之差大于 u 末位的一半"
        "（JCGM 101 第 8 章）；应给出蒙特卡洛法的区间。",
    },
    "note.singular": {
        "en": "To first order the outputs depend on each other linearly, so the law of propagation has no ellipsoid "
        "around them.",
        "zh": "一阶近似下输出量之间线性相关，因此传播律没有包含椭球。",
    },
}


def say(key: str, language: Language, **values: str) -> str:
    """Give a word or sentence with its placeholders filled.

    Raises:
        KeyError: There is no such word, or a placeholder was not filled.
    """
    return WORDS[key][language].format_map(values)


def texts(key: str, **values: str) -> dict[str, str]:
    """Give a sentence in every language."""
    return {language: say(key, language, **values) for language in LANGUAGES}


def local(several: Texts, language: Language) -> str:
    """Give a text in a language, else in English, else in any."""
    return several.get(language) or several.get("en") or next(iter(several.values()), "")
