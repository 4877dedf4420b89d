"""Every word that a certificate prints, in each language: in one table, so that nothing is left untranslated.

Terms follow VIM (JJF 1001) and the clause numbers in the comments are those of ISO/IEC 17025:2017. Names in
braces are filled with texts of the record, never with numbers that were formatted here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, get_args

from calbench.certificates.derivedwords import DERIVED_WORDS
from calbench.certificates.formulawords import FORMULA_WORDS
from calbench.certificates.inputwords import INPUT_WORDS
from calbench.certificates.operatingwords import OPERATING_WORDS
from calbench.certificates.regulationwords import REGULATION_WORDS
from calbench.certificates.rulewords import RULE_WORDS
from calbench.certificates.stagewords import STAGE_WORDS
from calbench.errors import UsageError

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

WORDS: Mapping[str, Mapping[Language, str]] = {
    # titles and page furniture
    "title.pass": {"en": "Verification certificate", "zh": "检定证书"},
    "title.notice": {"en": "Notification of verification results", "zh": "检定结果通知书"},
    "title.calibration": {"en": "Calibration certificate", "zh": "校准证书"},
    "number": {"en": "Certificate number", "zh": "证书编号"},
    "page": {"en": "Page", "zh": "第"},
    "page.of": {"en": "of", "zh": "页，共"},
    "page.after": {"en": "", "zh": "页"},
    "end": {"en": "End of certificate", "zh": "证书结束"},
    "simulated": {"en": "SIMULATED", "zh": "模拟数据"},
    "simulated.says": {
        "en": "All data on this certificate come from simulated instruments (seed {seed}, {clock} clock). "
        "It is no evidence of the condition of any real instrument.",
        "zh": "本证书的全部数据来自模拟仪器（随机种子 {seed}，{clock}），不能证明任何真实仪器的状态。",
    },
    "clock.virtual": {"en": "virtual", "zh": "虚拟时钟"},
    "clock.real": {"en": "real", "zh": "真实时钟"},
    "left.out.says": {
        "en": "The item was not measured to the end: {reason}",
        "zh": "该被检器具未测量至结束：{reason}",
    },
    "partial.says": {
        "en": "Partial: only some of the points of the procedure were selected for this run.",
        "zh": "部分检测：本次仅执行了规程中选定的部分测量点。",
    },
    "missing.says": {
        "en": "Incomplete: not every planned point has a result.",
        "zh": "不完整：并非所有计划的测量点都有结果。",
    },
    "stopped.says": {
        "en": "The run did not complete (status: {status}). Its verdict covers only the results listed here.",
        "zh": "本次测量未完成（状态：{status}）。结论仅适用于此处列出的结果。",
    },
    "violations.says": {
        "en": "The {quantity} was outside its limits in {violations} of {samples} readings.",
        "zh": "{quantity}的 {samples} 次读数中有 {violations} 次超出允许范围。",
    },
    "verdict": {"en": "Conclusion", "zh": "结论"},
    "verdict.pass": {"en": "pass", "zh": "合格"},
    "verdict.fail": {"en": "fail", "zh": "不合格"},
    "verdict.indeterminate_pass": {"en": "indeterminate (within limits)", "zh": "待定（限内）"},
    "verdict.indeterminate_fail": {"en": "indeterminate (beyond limits)", "zh": "待定（限外）"},
    "verdict.not_evaluated": {"en": "not evaluated", "zh": "未评定"},
    # short forms for the narrow last column of a table of results
    "short.pass": {"en": "pass", "zh": "合格"},
    "short.fail": {"en": "fail", "zh": "不合格"},
    "short.indeterminate_pass": {"en": "indet. in", "zh": "待定(内)"},
    "short.indeterminate_fail": {"en": "indet. out", "zh": "待定(外)"},
    "short.not_evaluated": {"en": "–", "zh": "–"},
    "short.says": {
        "en": "indet. in / indet. out: within / beyond the limits, but by less than the decision rule "
        "needs; –: not evaluated.",
        "zh": "待定(内)/待定(外)：在限内/限外，但余量小于判定规则的要求；–：未评定。",
    },
    # the laboratory, the item, the work: 7.8.2.1 b) to j)
    "laboratory": {"en": "Laboratory", "zh": "实验室"},
    "item": {"en": "Item under test", "zh": "被测器具"},
    "work": {"en": "Procedure and performance", "zh": "依据与实施"},
    "procedure": {"en": "Procedure", "zh": "程序"},
    "procedure.id": {"en": "Procedure id", "zh": "程序编号"},
    "version": {"en": "Version", "zh": "版本"},
    "regulation": {"en": "Regulation", "zh": "检定规程"},
    "sources": {"en": "Status of its sources", "zh": "来源核实状态"},
    "subprocedures": {"en": "Sub-procedures", "zh": "子程序"},
    "source.confirmed": {"en": "confirmed", "zh": "已核实"},
    "source.secondary": {"en": "secondary source", "zh": "二手来源"},
    "source.unconfirmed": {"en": "unconfirmed", "zh": "未核实"},
    "table.limits": {"en": "limits", "zh": "最大允许误差"},
    "table.points": {"en": "points", "zh": "测量点"},
    "table.loads": {"en": "loads", "zh": "载荷"},
    "table.repeats": {"en": "number of repeats", "zh": "重复次数"},
    "started": {"en": "Started", "zh": "开始时间"},
    "ended": {"en": "Ended", "zh": "结束时间"},
    "operator": {"en": "Operator", "zh": "操作人员"},
    "station": {"en": "Station", "zh": "工作站"},
    "position": {"en": "Position", "zh": "工位"},
    "software": {"en": "Software", "zh": "软件"},
    "software.id": {"en": "Software id", "zh": "软件标识"},
    "status": {"en": "Status of the run", "zh": "运行状态"},
    "status.COMPLETED": {"en": "completed", "zh": "已完成"},
    "status.STOPPED": {"en": "stopped", "zh": "已停止"},
    "status.ABORTED": {"en": "aborted", "zh": "已中止"},
    "status.UNSAFE": {"en": "ended in an unsafe state", "zh": "以不安全状态结束"},
    "status.CRASHED": {"en": "the program had died", "zh": "程序异常终止"},
    "completeness": {"en": "Completeness", "zh": "完整性"},
    "completeness.full": {"en": "all planned points", "zh": "全部计划点"},
    "completeness.partial": {"en": "partial", "zh": "部分"},
    "retakes": {"en": "Points taken again", "zh": "重测次数"},
    "interrupted": {
        "en": "The measurement was interrupted from {begin} to {end} ({why}) and resumed by {who}. What was not final "
        "was measured again.",
        "zh": "测量于 {begin} 至 {end} 中断（{why}），由 {who} 恢复。未完成的测量点已重新测量。",
    },
    "interrupted.override": {
        "en": "The measurement was interrupted from {begin} to {end} ({why}) and resumed by {who} by the plan that it "
        "began with, although its files had changed. Reason: {reason}",
        "zh": "测量于 {begin} 至 {end} 中断（{why}），由 {who} 按原计划恢复，尽管文件已有改动。理由：{reason}",
    },
    "outputs": {"en": "Outputs at the end", "zh": "结束时输出状态"},
    "outputs.verified_off": {"en": "every output verified off", "zh": "全部输出已确认关闭"},
    "outputs.no_source": {"en": "no source in this run", "zh": "本次运行无信号源"},
    "outputs.untouched": {
        "en": "nothing was switched on; another instrument answered for {names}",
        "zh": "未接通任何输出；{names} 的地址上是另一台仪器",
    },
    "outputs.taken": {
        "en": "another run took over {names}, and answers for its output",
        "zh": "{names} 已由另一次运行接管，其输出由该次运行负责",
    },
    "outputs.not_verified": {"en": "not verified safe: {names}", "zh": "未确认安全：{names}"},
    "outputs.unknown": {"en": "not known", "zh": "未知"},
    "parameters": {"en": "Parameters", "zh": "参数"},
    "source.certificate": {"en": ", certificate ", "zh": "，证书 "},
    "source.rests": {"en": "; rests on certificate ", "zh": "；溯源至证书 "},
    "source.alone": {"en": " alone, ", "zh": " 单独使用，"},
    "source.correlation": {"en": "correlation ", "zh": "相关系数 "},
    "source.line": {
        "en": ", on the line between {low} and {high}",
        "zh": "，在 {low} 与 {high} 之间线性内插",
    },
    "source.drift": {
        "en": ", drift of {drift} per year, {days} days after {date} (certificate {number})",
        "zh": "，漂移每年 {drift}，自 {date} 起 {days} 天（证书 {number}）",
    },
    "choice.initial": {"en": "initial verification", "zh": "首次检定"},
    "choice.yes": {"en": "yes", "zh": "是"},
    "choice.no": {"en": "no", "zh": "否"},
    "choice.in_service": {"en": "in-service inspection", "zh": "使用中检查"},
    # given fields are printed in this order, whatever comes after them
    "key.name": {"en": "Name", "zh": "名称"},
    "key.address": {"en": "Address", "zh": "地址"},
    "key.country": {"en": "Country", "zh": "国家或地区"},
    "key.accreditation": {"en": "Accreditation", "zh": "认可编号"},
    "key.location": {"en": "Location", "zh": "地点"},
    "key.phone": {"en": "Telephone", "zh": "电话"},
    "key.email": {"en": "E-mail", "zh": "电子邮件"},
    "key.customer": {"en": "Customer", "zh": "委托方"},
    "key.order": {"en": "Order", "zh": "委托单号"},
    "key.kind": {"en": "Kind", "zh": "器具名称"},
    "key.maker": {"en": "Maker", "zh": "制造商"},
    "key.model": {"en": "Model", "zh": "型号"},
    "key.serial": {"en": "Serial number", "zh": "出厂编号"},
    "key.firmware": {"en": "Firmware", "zh": "固件版本"},
    "key.accuracy_class": {"en": "Accuracy class", "zh": "准确度等级"},
    "key.asset": {"en": "Asset number", "zh": "设备编号"},
    "key.received": {"en": "Date of receipt", "zh": "接收日期"},
    # environment: 7.8.4.1 b)
    "environment": {"en": "Environmental conditions", "zh": "环境条件"},
    "environment.none": {"en": "No environmental conditions were recorded.", "zh": "未记录环境条件。"},
    "quantity": {"en": "Quantity", "zh": "量"},
    "quantity.temperature": {"en": "temperature", "zh": "温度"},
    "quantity.humidity": {"en": "relative humidity", "zh": "相对湿度"},
    "unit": {"en": "Unit", "zh": "单位"},
    "minimum": {"en": "Minimum", "zh": "最小值"},
    "maximum": {"en": "Maximum", "zh": "最大值"},
    "mean": {"en": "Mean", "zh": "平均值"},
    "permitted": {"en": "Permitted", "zh": "允许范围"},
    "samples": {"en": "Readings", "zh": "读数次数"},
    "violations": {"en": "Outside", "zh": "超限次数"},
    # standards and traceability: 7.8.4.1 c)
    "standards": {"en": "Standards used and traceability", "zh": "所用标准器与溯源"},
    "standard": {"en": "Standard", "zh": "标准器"},
    "certificate": {"en": "Certificate", "zh": "证书"},
    "issuer": {"en": "Issuer", "zh": "发证机构"},
    "date": {"en": "Date", "zh": "日期"},
    "due": {"en": "Due", "zh": "有效期至"},
    "used.in": {"en": "Used for", "zh": "用于"},
    "class": {"en": "class {value}", "zh": "{value} 级"},
    "serial": {"en": "serial {value}", "zh": "编号 {value}"},
    "traceability.says": {
        "en": "The reference values rest on the certificates listed above; each result is traceable "
        "through them as far as they are. The SHA-256 of a certificate that was read as a file "
        "is given with it.",
        "zh": "参考值以上列证书为依据，测量结果通过这些证书溯源。以文件形式读取的证书附有其 SHA-256。",
    },
    "traceability.none": {
        "en": "Simulated instruments establish no metrological traceability.",
        "zh": "模拟仪器不构成计量溯源性。",
    },
    "identified": {"en": "Instruments as they identified themselves", "zh": "仪器自报标识"},
    "role": {"en": "Role", "zh": "角色"},
    "driver": {"en": "Driver", "zh": "驱动"},
    # decision rule and risks: 7.8.6
    **RULE_WORDS,
    # what a regulation asks: 7.8.1.2
    **REGULATION_WORDS,
    # stages and adjustment: 7.8.4.1 d)
    **STAGE_WORDS,
    **DERIVED_WORDS,
    **INPUT_WORDS,
    **OPERATING_WORDS,
    **FORMULA_WORDS,
    # results: 7.8.2.1 m), 7.8.4.1 a), e)
    "results": {"en": "Results", "zh": "测量结果"},
    "test": {"en": "Test", "zh": "项目"},
    "results.count": {"en": "Results", "zh": "结果数"},
    "passed.count": {"en": "Passed", "zh": "合格数"},
    "no": {"en": "No.", "zh": "序号"},
    "point": {"en": "Point", "zh": "测量点"},
    "frequency": {"en": "Frequency", "zh": "频率"},
    "nominal": {"en": "Nominal", "zh": "标称值"},
    "reference": {"en": "Reference", "zh": "参考值"},
    "indication": {"en": "Indication", "zh": "示值"},
    "error": {"en": "Error", "zh": "误差"},
    "value": {"en": "Value", "zh": "量值"},
    "limits": {"en": "Limits", "zh": "允许限"},
    "expanded": {"en": "U", "zh": "U"},
    "k": {"en": "k", "zh": "k"},
    "attempts": {"en": "Attempts", "zh": "次数"},
    "verdict.column": {"en": "Verdict", "zh": "判定"},
    "whole": {"en": "whole test", "zh": "整项"},
    "whole.value": {"en": "whole test: {value}", "zh": "整项：{value}"},
    "inspected": {"en": "Inspected", "zh": "检查内容"},
    "answer": {"en": "Finding", "zh": "检查结果"},
    "test.verdict": {"en": "Verdict of the test: {verdict}.", "zh": "本项判定：{verdict}。"},
    "in.unit": {"en": "{name} / {unit}", "zh": "{name} / {unit}"},
    "attempt.says": {
        "en": "No. {number}: {attempts} attempts, the last complete one counts. Reason: {reason}.",
        "zh": "序号 {number}：共 {attempts} 次，以最后一次完整测量为准。原因：{reason}。",
    },
    "attempt.unreasoned": {"en": "none was given", "zh": "未说明"},
    "remark.says": {"en": "No. {number}: {remark}", "zh": "序号 {number}：{remark}"},
    "typed.says": {
        "en": "Readings of these results were typed in by the operator: {numbers}.",
        "zh": "下列结果的读数由操作人员键入：{numbers}。",
    },
    "conditions.says": {"en": "Limits: {limits}.", "zh": "允许限：{limits}。"},
    # plots
    "plot": {
        "en": "Deviation relative to its limit, in %; bars: U; numbers: as in the table",
        "zh": "偏差相对于允许限的百分比；误差棒：U；序号同表",
    },
    "plot.alt": {
        "en": "Plot of deviation relative to the limits for {test}; limits are lines at plus and minus "
        "100 %. {marks}",
        "zh": "{test}的偏差图，以允许限的百分比表示，限线在正负 100 %。{marks}",
    },
    "plot.alt.mark": {"en": "No. {number}: {verdict}.", "zh": "序号 {number}：{verdict}。"},
    "plot.off": {
        "en": "arrow: beyond this scale, see the table",
        "zh": "箭头：超出坐标范围，见表",
    },
    # budgets: 7.6
    "budget": {"en": "Uncertainty budgets", "zh": "不确定度评定"},
    "budget.of": {
        "en": "{test}: the point with the largest U, no. {number} ({point})",
        "zh": "{test}：U 最大的测量点，序号 {number}（{point}）",
    },
    "budget.unit": {"en": "Contributions in {unit}.", "zh": "分量单位：{unit}。"},
    "budget.title": {"en": "{title}.", "zh": "{title}。"},
    "budget.sum": {
        "en": "u = {std}; effective degrees of freedom {dof}; k = {k}; U = {expanded}.",
        "zh": "u = {std}；有效自由度 {dof}；k = {k}；U = {expanded}。",
    },
    "annex": {"en": "Annex: uncertainty budgets of all results", "zh": "附录：全部结果的不确定度评定"},
    "budget.name": {"en": "Contribution", "zh": "不确定度来源"},
    "budget.kind": {"en": "Type", "zh": "类型"},
    "budget.distribution": {"en": "Distribution", "zh": "分布"},
    "budget.std": {"en": "Std. uncertainty", "zh": "标准不确定度"},
    "budget.sensitivity": {"en": "Sensitivity", "zh": "灵敏系数"},
    "budget.contribution": {"en": "Contribution", "zh": "不确定度分量"},
    "budget.share": {"en": "Share / %", "zh": "占比 / %"},
    "budget.dof": {"en": "DoF", "zh": "自由度"},
    "shape.normal": {"en": "normal", "zh": "正态"},
    "shape.t": {"en": "t", "zh": "t 分布"},
    "shape.rectangular": {"en": "rectangular", "zh": "均匀"},
    "shape.triangular": {"en": "triangular", "zh": "三角"},
    "shape.trapezoidal": {"en": "trapezoidal", "zh": "梯形"},
    "shape.arcsine": {"en": "arcsine", "zh": "反正弦"},
    # statements: 7.8.2.1 l), 7.8.2.2 note, 7.8.4.3
    "statements": {"en": "Statements", "zh": "说明"},
    "statement.items": {
        "en": "The results relate only to the item described above, as it was when it was tested.",
        "zh": "本证书的结果仅与上述被测器具在检测时的状态有关。",
    },
    "statement.whole": {
        "en": "This certificate may be reproduced only in full, unless the laboratory agrees in writing.",
        "zh": "未经实验室书面批准，不得部分复制本证书。",
    },
    "statement.interval": {
        "en": "It contains no recommendation on the interval to the next calibration or verification.",
        "zh": "本证书不含对下次校准或检定间隔的建议。",
    },
    "statement.status": {
        "en": "The verdict says what the results mean; the status of the run says how the work ended. "
        "They are independent.",
        "zh": "结论说明结果的含义，运行状态说明工作如何结束，二者相互独立。",
    },
    # integrity: 7.5, 7.11.3
    "integrity": {"en": "Integrity of the data", "zh": "数据完整性"},
    "integrity.says": {
        "en": "The record with every reading (record.json) has the SHA-256 given here; the PDF carries "
        "it as an attachment. The head of the journal fixes every event of the run: whoever "
        "holds this page can tell whether the journal was changed since.",
        "zh": "包含全部读数的记录（record.json）的 SHA-256 列于此处，该记录作为附件嵌入 PDF。日志链首摘"
        "要固定了全部事件：凭此页即可判断日志此后是否被改动。",
    },
    "code.says": {
        "en": "Station, run, number of lines and head of the journal, to be compared with its seal and its files:",
        "zh": "工作站、运行编号、日志行数及摘要，用于与封存记录和文件比对：",
    },
    "code.alt": {"en": "QR code with the text {text}", "zh": "二维码，内容为 {text}"},
    "journal.short": {"en": "Journal head, short", "zh": "日志摘要（短）"},
    "journal.full": {"en": "Journal head", "zh": "日志摘要"},
    "journal.lines": {"en": "Journal lines", "zh": "日志行数"},
    "plan.hash": {"en": "Plan (SHA-256)", "zh": "计划摘要 (SHA-256)"},
    "record.hash": {"en": "Record (SHA-256)", "zh": "记录摘要 (SHA-256)"},
    "attachment": {"en": "The record that this certificate was made from", "zh": "生成本证书的记录"},
    "signatures": {"en": "Authorisation", "zh": "签署"},
    "performed": {"en": "Performed by", "zh": "检测"},
    "checked": {"en": "Checked by", "zh": "核验"},
    "authorised": {"en": "Authorised by", "zh": "批准"},
    "issued": {"en": "Date of issue", "zh": "签发日期"},
    "signed.says": {
        "en": "Signed electronically by {name}, in the PDF and in the digital certificate (DCC); calbench verify "
        "checks both. A print or a web page shows the content alone.",
        "zh": "由{name}电子签署，签名在 PDF 文件和数字证书 (DCC) 中，可用 calbench verify 核验。打印件或网页仅显示"
        "内容，不含签名。",
    },
    "signed.stamped": {"en": "It bears a time stamp (RFC 3161).", "zh": "附有时间戳（RFC 3161）。"},
    "review.says": {
        "en": "Reviewed by {reviewer} on {reviewed}, authorised by {releaser} on {released}.",
        "zh": "核验：{reviewer}，{reviewed}；批准：{releaser}，{released}。",
    },
    "review.none": {
        "en": "No technical review before the release is recorded in this file.",
        "zh": "本文件未记载签发前的技术核验。",
    },
    "amended.says": {
        "en": "This certificate amends certificate {number}, and replaces it. Reason: {reason}.",
        "zh": "本证书为证书 {number} 的修改件，取代原证书。原因：{reason}。",
    },
    "substituted.says": {
        "en": "This certificate is a complete new one in place of certificate {number}. Reason: {reason}.",
        "zh": "本证书重新签发，完全替代证书 {number}。原因：{reason}。",
    },
    "attachment.dcc": {
        "en": "The same as digital calibration certificate (DCC)",
        "zh": "同一证书的数字校准证书 (DCC)",
    },
    "attachment.issue": {"en": "Who issued this certificate, and when", "zh": "本证书的签发信息"},
}


def word(key: str, language: Language, **filled: str) -> str:
    """Give a text of the table with its placeholders filled.

    Raises:
        KeyError: The table has no such key, or a placeholder was not filled.
    """
    text = WORDS[key][language]
    return text.format_map(filled) if filled else text


def sentences(texts: Iterable[str], language: Language) -> str:
    """Put sentences one after the other: Chinese has no space between them."""
    return ("" if language == "zh" else " ").join(text for text in texts if text)


def term(group: str, name: str, language: Language) -> str:
    """Give the word for `group.name`; a name that the table does not know stays as its author wrote it."""
    entry = WORDS.get(f"{group}.{name}")
    return entry[language] if entry else name


def require_language(language: str) -> Language:
    """Give the language back.

    Raises:
        UsageError: Certificates are not written in it.
    """
    for known in LANGUAGES:
        if language == known:
            return known
    raise UsageError(f"Certificates are written in {' and '.join(LANGUAGES)}, not in {language!r}.")
