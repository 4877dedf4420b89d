"""What runs answer to verbs and answers, and what the server refuses: each template in English and in Chinese."""

from __future__ import annotations

MESSAGES: tuple[tuple[str, str], ...] = (
    # verbs
    (
        "It pauses after the current point; pause again to hold after the current exchange.",
        "将在当前测量点后暂停；再次暂停则在当前通信后保持。",
    ),
    (
        "It holds after the current exchange; the current attempt is discarded.",
        "将在当前通信后保持；当前这次测量作废。",
    ),
    (
        "It finishes after the current point, and makes the outputs safe.",
        "将在当前测量点后结束，并使输出处于安全状态。",
    ),
    (
        "It stops at the next exchange, and makes the outputs safe; the current attempt is discarded.",
        "将在下一次通信时停止，并使输出处于安全状态；当前这次测量作废。",
    ),
    ("It goes on.", "继续运行。"),
    ("It does not pause.", "不再暂停。"),
    ("It goes on already.", "已在继续运行。"),
    ("It is {state}.", "当前状态：{state}。"),
    ("It is not held: it is {state}.", "未处于保持状态：当前状态为 {state}。"),
    ("It is held already. Go on, finish, stop or abort.", "已处于保持状态。可继续、结束、停止或中止。"),
    ("It is ending already: {why}", "已在结束：{why}"),
    ("all is measured.", "全部测量完成。"),
    ("It is finishing already: {why}", "已在收尾：{why}"),
    ("It is aborting already.", "已在中止。"),
    ("It is aborted. {found}", "已中止。{found}"),
    ("The runner makes the outputs safe.", "运行程序将使输出处于安全状态。"),
    ("Interrupted by the operator ({key}).", "被操作员中断（{key}）。"),
    ("Finished by {who}: {reason}.", "由 {who} 结束：{reason}。"),
    ("Stopped by {who}: {reason}.", "由 {who} 停止：{reason}。"),
    ("Aborted by {who}: {reason}.", "由 {who} 中止：{reason}。"),
    ("Paused by {who}: {reason}.", "由 {who} 暂停：{reason}。"),
    ("Finished by {who}.", "由 {who} 结束。"),
    ("Stopped by {who}.", "由 {who} 停止。"),
    ("Aborted by {who}.", "由 {who} 中止。"),
    ("Paused by {who}.", "由 {who} 暂停。"),
    ("The run has ended: {state}.", "运行已结束：{state}。"),
    ("The run has ended.", "运行已结束。"),
    ("'{verb}' is no verb: {verbs}.", "“{verb}”不是可用的命令：{verbs}。"),
    # prompts
    ("That prompt was withdrawn: it is not open any more. {why}", "该提示已撤回，不再等待回答。{why}"),
    ("Taken: {answer}.", "已接受：{answer}。"),
    (
        "That prompt was answered at {at} by {by}: it is not open any more.",
        "该提示已由 {by} 于 {at} 回答，不再等待回答。",
    ),
    ("That prompt was answered by {by}: it is not open any more.", "该提示已由 {by} 回答，不再等待回答。"),
    (
        "No prompt with the number {number} is open: list those that are with calbench prompts.",
        "编号为 {number} 的提示未在等待回答；可用 calbench prompts 列出等待回答的提示。",
    ),
    (
        "This run takes no answers from elsewhere; --prompts remote or both makes one that does.",
        "此运行不接受来自别处的回答；以 --prompts remote 或 both 启动的运行才接受。",
    ),
    ("The run asks nothing yet.", "运行尚未提问。"),
    ("{number} open.", "有 {number} 个提示等待回答。"),
    ("No prompt is open.", "没有等待回答的提示。"),
    ("Who answers? An answer needs a name: --by NAME.", "由谁回答？回答须署名：--by NAME。"),
    (
        "'{answer}' is not an answer here: {yes} or no.",
        "“{answer}”不是可用的回答：只能回答 {yes}（是）或 no（否）。",
    ),
    ("'{answer}' is not one of: {choices}.", "“{answer}”不在可选项中：{choices}。"),
    (
        "{value} is outside what is plausible, {limits}. Look again; if it is right, give it once more.",
        "{value} 超出合理范围 {limits}。请再核对；如确实无误，请再输入一次。",
    ),
    (
        "An answer has at most {most} characters; this one has {many}.",
        "回答最多 {most} 个字符；此回答有 {many} 个。",
    ),
    ("An answer has at most {most} characters.", "回答最多 {most} 个字符。"),
    (
        "An answer is plain text: this one has characters that nobody can see.",
        "回答须为纯文本：此回答含有不可见字符。",
    ),
    ("Not ticked: {items}.", "未勾选：{items}。"),
    ("An answer is needed.", "须回答。"),
    ("'{item}' is not an item of this list: {items}.", "“{item}”不是此清单中的项目：{items}。"),
    ("'{answer}' is not a number in {unit}: {error}.", "“{answer}”不是以 {unit} 为单位的数值：{error}。"),
    (
        "{value} is outside {limits}, and nothing else is allowed here.",
        "{value} 超出 {limits}，此处不允许其他数值。",
    ),
    # the channel to a run
    ("This is no command of calbench.", "这不是 calbench 的命令。"),
    ("The token is not the one of this run.", "令牌不属于此运行。"),
    ("{folder} is running already: one process at a time.", "{folder} 已在运行：同一时间只能有一个进程。"),
    ("{folder}: no process is running this run. {found}", "{folder}：没有进程在执行此运行。{found}"),
    (
        "{folder}: the process that ran this run is gone. {found}",
        "{folder}：执行此运行的进程已不存在。{found}",
    ),
    (
        (
            "{folder}: the process (number {number}) does not answer: it hangs or is stopped. Look at "
            "the instruments; if an output is on, switch it off by hand."
        ),
        (
            "{folder}：进程（编号 {number}）没有响应：可能挂起或已被停止。请查看仪器；如有输出接通，"
            "请手动关闭。"
        ),
    ),
    ("{path} cannot be read: {error}. Is it your run?", "{path} 无法读取：{error}。这是您的运行吗？"),
    (
        "calbench resume {folder} goes on with one that did not complete.",
        "未完成的运行可用 calbench resume {folder} 继续。",
    ),
    # clearing and resuming
    (
        "Clearing needs the name of who has looked, and what was found or done.",
        "确认时须注明检查人，以及发现了什么或做了什么。",
    ),
    (
        "{folder} is running; only a run that has ended is cleared.",
        "{folder} 正在运行；只有已结束的运行才能确认。",
    ),
    ("{folder} is not UNSAFE: there is nothing to clear.", "{folder} 并非 UNSAFE 状态：无需确认。"),
    (
        "This run has real instruments: people answer its questions.",
        "此运行使用真实仪器：须由人员回答其问题。",
    ),
    # starting
    ("It ended with exit code {code}.", "进程以退出码 {code} 结束。"),
    ("The run did not begin within {seconds} s; see {log}.", "运行未能在 {seconds} s 内开始；见 {log}。"),
    ("There is no '{name}'. There are: {known}.", "没有“{name}”。现有：{known}。"),
    # runs and their files
    ("There is no run '{name}' in {folder}.", "{folder} 中没有运行“{name}”。"),
    ("The plan of run '{name}' cannot be read.", "运行“{name}”的计划无法读取。"),
    ("Run {name} has no unit in position '{place}'.", "运行 {name} 的工位“{place}”没有被测设备。"),
    ("Run {name} has no file '{file}' that is handed out.", "运行 {name} 没有可提供的文件“{file}”。"),
    (
        "The files of this run have more than {most} bytes: take them one by one.",
        "此运行的文件超过 {most} 字节：请逐个下载。",
    ),
    ("Other ZIPs are being made: try again in a moment.", "正在生成其他 ZIP 文件：请稍后再试。"),
    ("A request holds at most {most} bytes.", "一次请求最多 {most} 字节。"),
)
