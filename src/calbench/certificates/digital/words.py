"""Words that only the digital certificate says; all others are in `calbench.certificates.wording`."""

from __future__ import annotations

from collections.abc import Mapping

from calbench.certificates.wording import Language

WORDS: Mapping[str, Mapping[Language, str]] = {
    "vocabulary.basic": {"en": "Cross-community refTypes", "zh": "跨领域 refType"},
    "vocabulary.calbench": {"en": "refTypes of calbench", "zh": "calbench 的 refType"},
    "software.says": {
        "en": "Version {version}, software id {id}",
        "zh": "版本 {version}，软件标识 {id}",
    },
    "document": {"en": "Kind of document", "zh": "文件类别"},
    "item.name": {"en": "Item under test", "zh": "被测器具"},
    "customer.unknown": {"en": "not stated", "zh": "未说明"},
    "run": {"en": "Run", "zh": "运行编号"},
    "class.reference": {"en": "accuracy class", "zh": "准确度等级"},
    "location.says": {"en": "Place of performance: {place}.", "zh": "实施地点：{place}。"},
    "upstream": {"en": "Certificate", "zh": "证书"},
    "upstream.number": {"en": "Certificate number", "zh": "证书编号"},
    "upstream.says": {
        "en": "Issuer: {issuer}. Date: {date}. Due: {due}.",
        "zh": "发证机构：{issuer}。日期：{date}。有效期至：{due}。",
    },
    "used.says": {"en": "Used for: {tests}.", "zh": "用于：{tests}。"},
    "method.uncertainty": {"en": "Expanded uncertainty", "zh": "扩展不确定度"},
    "coverage.factor": {"en": "Coverage factor k", "zh": "包含因子 k"},
    "simulated.title": {
        "en": "SIMULATED – NOT A CALIBRATION OF A REAL INSTRUMENT",
        "zh": "模拟数据 – 并非对真实仪器的校准",
    },
    "traceability": {"en": "Traceability", "zh": "溯源性"},
    "reviewed": {"en": "Technical review and release", "zh": "技术核验与批准"},
    "replaces": {"en": "Replaced certificate", "zh": "被取代的证书"},
    "scope": {"en": "Scope of the results", "zh": "结果的适用范围"},
    "conformity": {"en": "Conformity", "zh": "符合性"},
    "conformity.whole": {"en": "Conclusion over all results", "zh": "全部结果的结论"},
    "environment.says": {
        "en": "{samples} readings, {violations} of them outside the permitted limits.",
        "zh": "读数 {samples} 次，其中超出允许范围 {violations} 次。",
    },
    "limit.lower": {"en": "Lower limit", "zh": "下限"},
    "limit.upper": {"en": "Upper limit", "zh": "上限"},
    "acceptance.lower": {"en": "Lower acceptance limit", "zh": "接收下限"},
    "acceptance.upper": {"en": "Upper acceptance limit", "zh": "接收上限"},
    "dof": {"en": "Effective degrees of freedom", "zh": "有效自由度"},
    "tur": {"en": "TUR", "zh": "TUR"},
    "specific.risk": {
        "en": "Probability that the verdict is wrong, given this measurement alone",
        "zh": "仅由本次测量得出的判定错误的概率",
    },
    "global.pfa": {
        "en": "Probability of a false accept among all such items",
        "zh": "全部同类器具中误接受的概率",
    },
    "global.pfr": {
        "en": "Probability of a false reject among all such items",
        "zh": "全部同类器具中误拒收的概率",
    },
    "readings": {"en": "Number of readings", "zh": "读数次数"},
    "whole.name": {"en": "Value over the whole test", "zh": "整项的值"},
    "contributions": {
        "en": "Uncertainty contributions |c_i| u(x_i), with the sign of c_i",
        "zh": "不确定度分量 |c_i| u(x_i)，符号同 c_i",
    },
    "contribution.says": {
        "en": "Type {kind}, distribution: {shape}.",
        "zh": "{kind} 类评定，分布：{shape}。",
    },
}
