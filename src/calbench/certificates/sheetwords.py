"""The words of the workbook that the certificate does not have, in each language."""

from __future__ import annotations

from collections.abc import Mapping

from calbench.certificates.wording import WORDS, Language

SHEET_WORDS: Mapping[str, Mapping[Language, str]] = {
    # names of sheets
    "sheet.results": {"en": "Results", "zh": "测量结果"},
    "sheet.values": {"en": "Values", "zh": "未修约值"},
    "sheet.budgets": {"en": "Budgets", "zh": "不确定度"},
    "sheet.readings": {"en": "Readings", "zh": "读数"},
    "sheet.conditions": {"en": "Conditions", "zh": "环境条件"},
    "sheet.operating": {"en": "Operating conditions", "zh": "测量条件"},
    "sheet.standards": {"en": "Standards", "zh": "标准器"},
    "sheet.integrity": {"en": "Integrity", "zh": "完整性"},
    # columns
    "id": {"en": "Id", "zh": "标识"},
    "labels": {"en": "Labels", "zh": "标签"},
    "n": {"en": "Number of readings", "zh": "读数个数"},
    "lower": {"en": "Lower limit", "zh": "下限"},
    "upper": {"en": "Upper limit", "zh": "上限"},
    "std": {"en": "u", "zh": "u"},
    "dof": {"en": "DoF", "zh": "自由度"},
    "result.unit": {"en": "Unit of the result", "zh": "结果单位"},
    "remark": {"en": "Remark", "zh": "备注"},
    "simulated.column": {"en": "Simulated", "zh": "是否模拟"},
    "yes": {"en": "yes", "zh": "是"},
    "no.word": {"en": "no", "zh": "否"},
    "judged": {"en": "Judged value", "zh": "判定用值"},
    "stdev": {"en": "s", "zh": "s"},
    "guard_band": {"en": "Guard band", "zh": "保护带"},
    "accept_lower": {"en": "Lower acceptance limit", "zh": "接受下限"},
    "accept_upper": {"en": "Upper acceptance limit", "zh": "接受上限"},
    "tur": {"en": "TUR", "zh": "TUR"},
    "cmc": {"en": "CMC", "zh": "CMC"},
    "expanded_computed": {"en": "U as computed", "zh": "计算所得 U"},
    "coverage_rule": {"en": "Coverage rule", "zh": "包含因子规则"},
    "specific_risk": {"en": "Specific risk", "zh": "特定风险"},
    "pfa": {"en": "PFA", "zh": "PFA"},
    "pfr": {"en": "PFR", "zh": "PFR"},
    "conditional_pfa": {"en": "Conditional PFA", "zh": "条件 PFA"},
    "exact": {"en": "{name}, exact", "zh": "{name}（精确）"},
    "contribution.name": {"en": "Name", "zh": "不确定度来源"},
    "exact.coherent": {"en": "{name}, exact, coherent SI unit", "zh": "{name}（精确，SI 相干单位）"},
    "influence": {"en": "Influence", "zh": "影响量标识"},
    "source": {"en": "Source", "zh": "依据"},
    "attempt": {"en": "Attempt", "zh": "测量次序"},
    "counts": {"en": "Counts", "zh": "是否采用"},
    "complete": {"en": "Complete", "zh": "是否完整"},
    "reason": {"en": "Reason", "zh": "原因"},
    "age": {"en": "Age of the first sample / s", "zh": "首个样本的时延 / s"},
    "input": {"en": "Input", "zh": "输入量"},
    "std.unit": {"en": "Unit of u", "zh": "u 的单位"},
    "what": {"en": "What", "zh": "类别"},
    "what.applied": {"en": "applied", "zh": "施加值"},
    "what.reading": {"en": "reading", "zh": "读数"},
    "what.answer": {"en": "answer", "zh": "回答"},
    "pass.number": {"en": "Pass", "zh": "轮次"},
    "reply": {"en": "Reply as received", "zh": "原始应答"},
    "time": {"en": "Time, UTC", "zh": "时间（UTC）"},
    "typed": {"en": "Typed in", "zh": "人工键入"},
    "certificate.sha256": {"en": "SHA-256 of the certificate", "zh": "证书 SHA-256"},
    "item.column": {"en": "Item", "zh": "项目"},
    "content.column": {"en": "Content", "zh": "内容"},
    "plan.sources": {"en": "Source of the plan: {id}", "zh": "计划来源：{id}"},
    "notice": {"en": "Notice", "zh": "注意"},
    "cut": {
        "en": "… [{length} characters; a cell holds {most}; the whole text is in the journal]",
        "zh": "… [共 {length} 个字符；单元格最多 {most} 个；全文见日志]",
    },
    "about.printed": {
        "en": "The sheet of results holds the numbers that the certificate prints, rounded once.",
        "zh": "“测量结果”表为证书所印数值，只修约一次。",
    },
    "about.values": {
        "en": "The sheet of values holds them unrounded: as numbers, which a spreadsheet keeps to 15 to 17 digits, "
        "and as text with every digit of the record.",
        "zh": "“未修约值”表为未修约的数值：既有数字（电子表格保留 15 至 17 位），也有保留记录全部数位的文本。",
    },
    "about.text": {
        "en": "Elsewhere a number of more than 15 digits stands as text, so that no digit is lost.",
        "zh": "其他表中超过 15 位的数字以文本保存，不丢失任何数位。",
    },
}


def heading(key: str, language: Language, **filled: str) -> str:
    """Give a word of the workbook, or of the certificate where it has it, with its placeholders filled.

    Raises:
        KeyError: There is no such word.
    """
    text = (SHEET_WORDS.get(key) or WORDS[key])[language]
    return text.format_map(filled) if filled else text
