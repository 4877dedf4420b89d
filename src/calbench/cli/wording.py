"""The words of the terminal in English and Chinese."""

from __future__ import annotations

import locale
import os
from collections.abc import Mapping

from calbench.cli.planwords import PLAN_WORDS
from calbench.wording import in_chinese

WORDS: Mapping[str, Mapping[str, str]] = {
    "point": {"en": "point", "zh": "测量点"},
    "error": {"en": "error", "zh": "误差"},
    "limit": {"en": "limit", "zh": "允差"},
    "unit": {"en": "unit", "zh": "单位"},
    "verdict": {"en": "verdict", "zh": "结论"},
    "test": {"en": "test", "zh": "项目"},
    "passed": {"en": "passed", "zh": "合格"},
    "unjudged": {"en": "{number}, not judged", "zh": "{number} 项，不判定"},
    "nothing.judged": {"en": "none, nothing is judged", "zh": "无（不作判定）"},
    "as_found": {"en": "as found", "zh": "调整前"},
    "as_left": {"en": "as left", "zh": "调整后"},
    "adjusting": {"en": "The unit is adjusted.", "zh": "对器具进行调整。"},
    "not.adjusting": {
        "en": "The unit is not adjusted: as found = as left.",
        "zh": "不作调整：保持调整前状态。",
    },
    "adjusted": {"en": "The adjustment is finished.", "zh": "调整完成。"},
    "station": {"en": "station", "zh": "工作站"},
    "procedure": {"en": "procedure", "zh": "规程"},
    "runs.run": {"en": "run", "zh": "运行"},
    "runs.unit": {"en": "unit under test", "zh": "被检器具"},
    "runs.units": {"en": "{number} units", "zh": "{number} 台"},
    "runs.none": {"en": "No such run in {folder}.", "zh": "{folder} 中没有这样的运行。"},
    "runs.counted": {"en": "{number} in {folder}", "zh": "{folder} 中共 {number} 项"},
    "runs.when": {"en": "when", "zh": "时间"},
    "runs.operator": {"en": "operator", "zh": "操作员"},
    "runs.retakes": {"en": "retakes", "zh": "重测次数"},
    "runs.interruptions": {"en": "interruptions", "zh": "中断次数"},
    "runs.seal": {"en": "sealed as (not verified)", "zh": "封存类别（未核验）"},
    "runs.certificate": {"en": "certificate", "zh": "证书"},
    "runs.wrong": {"en": "NOT IN ORDER", "zh": "异常"},
    "simulated": {"en": "SIMULATED", "zh": "模拟"},
    "run": {"en": "Run", "zh": "运行"},
    "closing": {
        "en": "Status {status}. Outputs: {outputs}. Verdict: {verdict}",
        "zh": "状态 {status}。输出：{outputs}。结论：{verdict}",
    },
    "sealed": {"en": "Sealed: {path}", "zh": "已封存：{path}"},
    "sealed.demonstration": {
        "en": "Sealed with a key for demonstrations, which shows nothing about who sealed: {path}",
        "zh": "已用演示密钥封存（不能证明由谁封存）：{path}",
    },
    "lab.next": {
        "en": "Next, in {folder}:\n  python -m pytest\n  calbench run meter-10v bench",
        "zh": "下一步，在 {folder} 中：\n  python -m pytest\n  calbench run meter-10v bench",
    },
    "passphrase": {"en": "Passphrase of the station's key", "zh": "工作站密钥的口令"},
    "signing.passphrase": {"en": "Passphrase of the key {name}", "zh": "密钥 {name} 的口令"},
    "and": {"en": " and ", "zh": "、"},
    "signing.none": {
        "en": "{formats} carry no signature: only PDF and DCC are signed.",
        "zh": "{formats} 不带签名：只有 PDF 和 DCC 可以签名。",
    },
    "signing.none.one": {
        "en": "{formats} carries no signature: only PDF and DCC are signed.",
        "zh": "{formats} 不带签名：只有 PDF 和 DCC 可以签名。",
    },
    "signing.not": {
        "en": "NOT signed: nobody answers for these certificates. Sign them: calbench certify {path} --sign NAME.",
        "zh": "未签名：这些证书无人负责。签名：calbench certify {path} --sign NAME。",
    },
    "signing.by": {
        "en": "Signed by {name}: {formats}{stamped}.",
        "zh": "已由 {name} 签名：{formats}{stamped}。",
    },
    "signing.stamped": {"en": ", time-stamped by {by}", "zh": "，时间戳由 {by} 签发"},
    "not.released": {
        "en": "Not certified: station {station} wants a review and a release first. calbench review {path} --by NAME",
        "zh": "未出具证书：工作站 {station} 要求先核验并批准。calbench review {path} --by NAME",
    },
    "unsealed": {
        "en": "NOT SEALED: {why} Seal it later: calbench keys seal {path}",
        "zh": "未能封存：{why} 可稍后封存：calbench keys seal {path}",
    },
    "unkept": {"en": "NOT WRITTEN: {why}", "zh": "未能写入：{why}"},
    "not.sealed": {
        "en": "Not sealed: no key for station {station}; make one with calbench keys new station {station}",
        "zh": "未封存：工作站 {station} 没有密钥；可用 calbench keys new station {station} 生成",
    },
    "not.sealed.why": {"en": "Not sealed: {why}", "zh": "未封存：{why}"},
    "key.expired": {
        "en": "{sentence}",
        "zh": "密钥 {stem} 已于 {when} 过期，不能再换钥；"
        "可用 calbench keys new station {station} 重新生成，并交给核验方",
    },
    "key.early": {"en": "{sentence}", "zh": "密钥 {stem} 在 {when} 之前无效；请等到那时，或校正时钟"},
    "key.replaced": {
        "en": "{sentence}",
        "zh": "密钥 {stem} 已于 {when} 被 {by} 取代；请把 {by} 的私钥放到这里，"
        "或用 calbench keys new station {station} 重新生成",
    },
    "key.elsewhere": {
        "en": "{sentence}",
        "zh": "密钥 {stem} 的私钥不在这里；请把它放到这里，或用 calbench keys new station {station} 重新生成",
    },
    "waiting": {
        "en": "{why}\nWaiting for {seconds} at most; Ctrl-C, or calbench stop {folder}, breaks it off.",
        "zh": "{why}\n最多等待 {seconds}；按 Ctrl-C 或用 calbench stop {folder} 中止等待。",
    },
    "leases.none": {"en": "No instrument is in use.", "zh": "没有仪器正在使用。"},
    "leases.released": {
        "en": "Released: {resource}, which {holder} had.",
        "zh": "已释放：{resource}，原持有者：{holder}。",
    },
    "leases.resource": {"en": "resource", "zh": "资源"},
    "leases.by": {"en": "run", "zh": "运行"},
    "leases.who": {"en": "who", "zh": "人员"},
    "leases.since": {"en": "since", "zh": "起始"},
    "leases.state": {"en": "state", "zh": "状态"},
    "leases.in.use": {"en": "in use", "zh": "使用中"},
    "leases.guard": {"en": "guard acts", "zh": "看护进程动作中"},
    "leases.stale": {"en": "stale", "zh": "已失效"},
    "serving": {"en": "The page is at {url}", "zh": "页面地址：{url}"},
    "accounts.password": {"en": "Password", "zh": "口令"},
    "accounts.added": {"en": "Account {name} was added.", "zh": "已添加账户 {name}。"},
    "accounts.changed": {"en": "Account {name} was changed.", "zh": "已更改账户 {name}。"},
    "picture": {"en": "Picture: {name}", "zh": "图：{name}"},
    "shown": {"en": "The simulated instrument shows {value}.", "zh": "模拟仪器显示 {value}。"},
    "at.position": {"en": "Position {name}", "zh": "工位 {name}"},
    "elsewhere": {"en": "Go on: {why}", "zh": "继续：{why}"},
    "stale": {
        "en": "A line that you had begun for the prompt before is not taken. Press Enter, then answer this one.",
        "zh": "为上一提示已输入的内容不予采用。请先按回车，再回答此提示。",
    },
    "numbers": {
        "en": "Numbers of what is done, such as 1 2, or all",
        "zh": "已完成项的序号，如 1 2，或输入 全部",
    },
    "somebody": {"en": "somebody", "zh": "有关人员"},
    "none.open": {"en": "No prompt is open.", "zh": "没有待回答的提示。"},
    "waits.reminded": {"en": "It has waited for long: please answer.", "zh": "已等待过久，请回答。"},
    "waits": {"en": "It has waited for long. Escalated to: {to}", "zh": "已等待过久。已上报：{to}"},
    "reminded": {
        "en": "{id} has been open for {after}: please answer.",
        "zh": "{id} 已等待 {after}，请回答。",
    },
    "escalated": {
        "en": "{id} has been open for {after}: {to} is needed.",
        "zh": "{id} 已等待 {after}：需要 {to} 处理。",
    },
    "done": {"en": "Done?", "zh": "完成了吗？"},
    "answer": {"en": "Answer", "zh": "回答"},
    "number": {"en": "Number", "zh": "序号"},
    "refused": {"en": "Not accepted: {why}", "zh": "不接受：{why}"},
    "your.name": {"en": "Your name", "zh": "您的姓名"},
    "suspended": {
        "en": "The run is suspended until it is within; it is looked at every 60 s.",
        "zh": "运行暂停，直到恢复正常；每 60 s 检查一次。",
    },
    "settling": {
        "en": "The condition holds again; everything settles before the run goes on.",
        "zh": "条件已恢复，待稳定后继续运行。",
    },
    "prompt.at": {"en": "{id} (position {position})", "zh": "{id}（工位 {position}）"},
    "held": {
        "en": "calbench go-on, finish, stop or abort with the folder of the run.",
        "zh": "请用 calbench go-on、finish、stop 或 abort 加运行文件夹继续或结束。",
    },
    "safing": {
        "en": "The outputs are being made safe. Ctrl-C again: the guard acts as well.",
        "zh": "正在使输出处于安全状态。再按 Ctrl-C：看护进程同时动作。",
    },
    "found.on": {
        "en": "{name} was found with its output ON, left so by something before; it is switched off now.",
        "zh": "{name} 的输出处于接通状态（此前遗留），现将其关闭。",
    },
    "position": {"en": "position", "zh": "工位"},
    "serial": {"en": "serial", "zh": "出厂编号"},
    "status": {"en": "status", "zh": "状态"},
    "reason": {"en": "reason", "zh": "原因"},
    "unit.late": {"en": "position {position} is late", "zh": "工位 {position} 滞后"},
    "unit.back": {"en": "position {position} takes part again", "zh": "工位 {position} 重新参加"},
    "unit.dropped": {"en": "position {position} is left out", "zh": "工位 {position} 不再参加"},
    "grid.positions": {"en": "positions {positions}", "zh": "工位 {positions}"},
    "grid.marks": {
        "en": ". pass   F fail   ? indeterminate   - not evaluated   x left out",
        "zh": ". 合格   F 不合格   ? 待定   - 未评定   x 不参加",
    },
    "guard": {"en": "guard", "zh": "看护进程"},
    "outputs": {"en": "Outputs", "zh": "输出"},
    "folder": {"en": "Folder: {folder}", "zh": "文件夹：{folder}"},
    "resuming": {
        "en": "Going on after {gap}; the run was {was}.",
        "zh": "中断 {gap} 后继续；此前状态 {was}。",
    },
    "cleared": {
        "en": "Cleared by {by}. It ended UNSAFE, and that stays so; it may be resumed now.",
        "zh": "已由 {by} 解除。其结束状态 UNSAFE 保持不变；现在可以继续。",
    },
    "wrote": {"en": "wrote {path}", "zh": "已写入 {path}"},
    "new.driver": {
        "en": "Next: put in what your manual says, page by page, and run\n  python -m pytest {tests}",
        "zh": "下一步：按说明书逐页填写，然后运行\n  python -m pytest {tests}",
    },
    "new.driver.found": {
        "en": "and, so that calbench finds it,\n  pip install -e .",
        "zh": "为使 calbench 能找到它，再运行\n  pip install -e .",
    },
    "new.driver.entry": {
        "en": 'with this in pyproject.toml under [project.entry-points."calbench.drivers"]:\n  {line}',
        "zh": '并在 pyproject.toml 的 [project.entry-points."calbench.drivers"] 下写：\n  {line}',
    },
    "new.asset.not": {
        "en": "Nothing was written: review it, then add --into stations/assets.",
        "zh": "未写入任何文件：请先核对，再加 --into stations/assets。",
    },
    "told.refused": {"en": "Refused. {why}", "zh": "被拒绝。{why}"},
    "listed.version": {"en": "version", "zh": "版本"},
    "listed.title": {"en": "title", "zh": "名称"},
    "listed.needs": {"en": "needs", "zh": "要求"},
    "listed.regulation": {"en": "regulation", "zh": "规程"},
    "listed.procedure": {"en": "procedure", "zh": "程序"},
    "listed.id": {"en": "id", "zh": "标识"},
    "listed.station": {"en": "station", "zh": "工作站"},
    "listed.instruments": {"en": "instruments", "zh": "仪器"},
    "listed.positions": {"en": "positions", "zh": "工位"},
    "listed.simulated": {"en": "{station} (simulated)", "zh": "{station}（模拟）"},
    "listed.by.hand": {"en": "by\N{NO-BREAK SPACE}hand", "zh": "人工"},
    "listed.asset": {"en": "asset", "zh": "资产"},
    "listed.maker": {"en": "maker", "zh": "制造厂"},
    "listed.model": {"en": "model", "zh": "型号"},
    "listed.serial": {"en": "serial", "zh": "出厂编号"},
    "listed.certificate": {"en": "certificate", "zh": "证书"},
    "listed.due": {"en": "due", "zh": "到期日"},
    "listed.on": {"en": "on\N{NO-BREAK SPACE}{day}", "zh": "于\N{NO-BREAK SPACE}{day}"},
    "new.procedure": {
        "en": "Next: change {path}, then\n  calbench check {path}\n  calbench diff {original} {path}",
        "zh": "下一步：修改 {path}，然后\n  calbench check {path}\n  calbench diff {original} {path}",
    },
    "fmt.written": {"en": "laid out {path}", "zh": "已整理 {path}"},
    "fmt.wanting": {"en": "not laid out: {path}", "zh": "尚未整理：{path}"},
    "fmt.counted": {
        "en": "{number} of {all} files differ from the layout of the language",
        "zh": "共 {all} 个文件，其中 {number} 个不符合规定的排版",
    },
    "diff.same": {
        "en": "Nothing changed but, at most, comments and layout.",
        "zh": "除注释和排版外没有变化。",
    },
    "diff.added": {"en": "{what}: added: {now}", "zh": "{what}：新增：{now}"},
    "diff.removed": {"en": "{what}: removed: {before}", "zh": "{what}：删除：{before}"},
    "diff.more": {"en": "{names} and {number} more", "zh": "{names} 等，另有 {number} 处"},
    "diff.points": {"en": "Points", "zh": "测量点"},
    "diff.limits": {"en": "Limits and how errors are found", "zh": "允差与误差的计算"},
    "diff.contributions": {"en": "Uncertainty contributions", "zh": "不确定度分量"},
    "diff.measuring": {"en": "How it is measured", "zh": "测量方法"},
    "diff.prompts": {"en": "Prompts, questions and connections", "zh": "提示、提问与接线"},
    "diff.decision": {"en": "Decision", "zh": "符合性判定"},
    "diff.policy": {"en": "Policy and safe state", "zh": "处置策略与安全状态"},
    "diff.environment": {"en": "Environment", "zh": "环境条件"},
    "diff.roles": {"en": "Roles, standards and positions", "zh": "角色、标准器与工位"},
    "diff.parameters": {"en": "Parameters", "zh": "参数"},
    "diff.work": {"en": "Order of the work", "zh": "工作顺序"},
    "diff.predictions": {"en": "What is predicted", "zh": "预测值"},
    "diff.identity": {"en": "Identity, edition and sources", "zh": "标识、版本与来源"},
    "diff.other": {"en": "Other", "zh": "其他"},
    "diff.wording": {"en": "Wording only", "zh": "仅措辞"},
    "not.in.effect": {"en": "Not in effect in this version: {keys}.", "zh": "本版本尚未生效：{keys}。"},
    "pass": {"en": "pass", "zh": "合格"},
    "fail": {"en": "FAIL", "zh": "不合格"},
    "indeterminate_pass": {"en": "pass?", "zh": "待定(限内)"},
    "indeterminate_fail": {"en": "fail?", "zh": "待定(限外)"},
    "not_evaluated": {"en": "—", "zh": "—"},
    "verified_off": {"en": "every output verified off", "zh": "全部输出已确认关闭"},
    "no_source": {"en": "no source in this run", "zh": "本次运行无信号源"},
    "untouched": {
        "en": "nothing was switched on; another instrument answered for {names} and was not touched",
        "zh": "未接通任何输出；{names} 的地址上是另一台仪器，未对其操作",
    },
    "taken": {
        "en": "another run has {names} now, and answers for its output; this run did not touch it any more",
        "zh": "{names} 现由另一次运行使用，其输出由该次运行负责；本次运行未再对其操作",
    },
    "not_verified": {
        "en": "NOT VERIFIED SAFE: {names}. Switch to standby by hand, and check before touching any terminal",
        "zh": "未确认安全：{names}。请手动切换到待机，接触任何端子前先检查",
    },
    "unknown": {"en": "unknown: the run has no end in its journal", "zh": "未知：日志中没有运行结束的记录"},
}


def told(message: str) -> str:
    """Give a message of the program in the language of the terminal; in English where nobody wrote it otherwise."""
    return in_chinese(message) if language() == "zh" else message


def language() -> str:
    """Give the language of the terminal: `zh` where CALBENCH_LANG or the locale says so, else `en`."""
    names = (os.environ.get(name) for name in ("CALBENCH_LANG", "LC_ALL", "LC_MESSAGES", "LANG"))
    chosen = next((name for name in names if name), None) or locale.getlocale()[0] or ""
    return "zh" if chosen.lower().startswith(("zh", "chinese")) else "en"


def word(key: str, **values: str) -> str:
    """Give a word or sentence in the language of the terminal, with its values filled in."""
    return (WORDS.get(key) or PLAN_WORDS[key])[language()].format(**values)


def counted(key: str, number: int) -> str:
    """Give a number with what is counted, as `1 point` and `2 points`: the words are `key.1` and `key.n`."""
    return word(f"{key}.1" if number == 1 else f"{key}.n", number=str(number))


def local(texts: Mapping[str, str]) -> str:
    """Give a text of a document in the language of the terminal, in English where it has no other."""
    return texts.get(language()) or texts.get("en") or next(iter(texts.values()), "")
