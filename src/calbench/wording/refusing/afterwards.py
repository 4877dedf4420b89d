"""What is refused of review, release and resuming, and where instruments are in use: in English and in Chinese."""

from __future__ import annotations

MESSAGES: tuple[tuple[str, str], ...] = (
    # review and release
    ("A release is no review: calbench release.", "放行不是核验：请使用放行。"),
    (
        "What is sent back is to be evaluated or measured anew: say which. What is accepted, is not.",
        "退回时须说明是重新评定还是重新测量；接受时则不填。",
    ),
    (
        (
            "Certificate {number} was released by {who} on {day}. If it is wrong, the record is "
            "amended (calbench evaluate RUN --reason TEXT) and reviewed again."
        ),
        (
            "证书 {number} 已由 {who} 于 {day} 放行。如有错误，请修订记录（calbench evaluate RUN "
            "--reason TEXT）并重新核验。"
        ),
    ),
    (
        "Certificate {number} was released already, by {who} on {day}.",
        "证书 {number} 已由 {who} 于 {day} 放行。",
    ),
    ("{who} accepted it already, on {day}: it waits for its release.", "{who} 已于 {day} 接受：等待放行。"),
    (
        "{who} sent it back on {day}: {statement} Without another record, only {who} can review it again.",
        "{who} 已于 {day} 退回：{statement} 记录未更新前，只有 {who} 可以再次核验。",
    ),
    (
        "{folder} ended {status}: only what completed is reviewed. Resume it, or run it again.",
        "{folder} 以 {status} 结束：只有完成的运行才能核验。请恢复运行，或重新运行。",
    ),
    (
        "{who} made this run, or answered a prompt of it: somebody else reviews and releases it.",
        "{who} 执行了此运行或回答过其提示：须由其他人核验和放行。",
    ),
    (
        "The record is another than the one that was shown. Load the page again, and look at it.",
        "记录已与所显示的不同。请重新载入页面并查看。",
    ),
    (
        "Somebody reviewed or released it meanwhile. Load the page again, and look how it stands.",
        "期间已有人核验或放行。请重新载入页面并查看状态。",
    ),
    (
        "{folder} is not {what}, because it does not verify. {bad}.",
        "{folder} 未通过验证，因此不能继续（{what}）。{bad}。",
    ),
    (
        "A review says what was looked at and why: 1 to {most} characters.",
        "核验须说明查看了什么及理由：1 至 {most} 个字符。",
    ),
    (
        "Somebody else wrote a review at the same moment. Look at it, and try again.",
        "另一人同时写入了核验。请查看后再试。",
    ),
    ("{path} cannot be written: {cause}. Nothing was reviewed.", "{path} 无法写入：{cause}。核验未记录。"),
    ("A release signs: choose {formats} among the formats.", "放行须签名：请在格式中选择 {formats}。"),
    (
        "The record of {folder} is not reviewed. Somebody who did not make it reviews it first.",
        "{folder} 的记录尚未核验。须先由未执行该运行的人核验。",
    ),
    (
        (
            "The record of {folder} was sent back by {who}: {statement}. Somebody who did not make it "
            "reviews it first."
        ),
        "{folder} 的记录已被 {who} 退回：{statement}。须先由未执行该运行的人核验。",
    ),
    (
        "{who} reviewed it, and station {station} wants somebody else to release.",
        "{who} 已核验，而工作站 {station} 要求由其他人放行。",
    ),
    (
        (
            "The key is that of {named}, and {who} releases: everybody signs with the own key. "
            "calbench keys new signatory KEY --name NAME makes one."
        ),
        (
            "密钥属于 {named}，而放行者为 {who}：每个人须用自己的密钥签名。可用 calbench keys new "
            "signatory KEY --name NAME 生成。"
        ),
    ),
    ("There is no review that a release could rest on.", "没有可作为放行依据的核验。"),
    # resuming
    ("{folder} is running: it need not be resumed.", "{folder} 正在运行：无需恢复。"),
    (
        "{folder}: the journal was not written for this plan; it is not gone on with.",
        "{folder}：日志不是按此计划写的；不能继续。",
    ),
    ("{folder} has completed: there is nothing to resume.", "{folder} 已完成：无需恢复。"),
    (
        (
            "{folder} is UNSAFE: an output was not verified off. Look at the instruments, switch to "
            "standby by hand, then say so: calbench clear {same} --by NAME --reason TEXT"
        ),
        (
            "{folder} 为 UNSAFE 状态：有输出未确认关闭。请查看仪器并手动切换到待机，然后确认：calbench "
            "clear {same} --by NAME --reason TEXT"
        ),
    ),
    ("{folder} cannot be resumed now.", "{folder} 现在无法恢复。"),
    (
        "{folder}: its files, or the program, would give another plan now:",
        "{folder}：其文件或程序现在会给出另一个计划：",
    ),
    ("and {number} more", "另有 {number} 项"),
    (
        "Begin a new run; or go on with the plan as it was, and say why: --override REASON",
        "请开始新的运行；或按原计划继续并说明原因：--override REASON",
    ),
    # instruments in use
    ("In use: {names}, by {holder}.", "正在使用：{names}，使用者：{holder}。"),
    (
        (
            "Nothing was touched. Wait for it (--wait SECONDS), or end it ({stop}). If its process is "
            "gone, its leases go {ttl} s after its last sign of life ({renewed}); calbench leases "
            "shows them."
        ),
        (
            "未操作任何仪器。请等待（--wait SECONDS），或将其结束（{stop}）。如其进程已不存在，"
            "租用将在其最后活动（{renewed}）后 {ttl} s 解除；可用 calbench leases 查看。"
        ),
    ),
)
