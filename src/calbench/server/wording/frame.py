"""The words around every page."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str]] = {
    "app": ("calbench", "calbench"),
    "app.what": ("Operator page", "操作页面"),
    "skip": ("Skip to the content", "跳到正文"),
    "nav": ("Main menu", "主菜单"),
    "nav.runs": ("Runs", "运行"),
    "nav.start": ("Start a run", "开始运行"),
    "nav.language": ("中文", "English"),
    "nav.out": ("Sign out", "退出"),
    "signed.in.as": ("Signed in as {name} ({roles})", "已登录：{name}（{roles}）"),
    "back": ("Back to the runs", "返回运行列表"),
    "error.title": ("This did not work", "操作未成功"),
    "error.refused": ("Refused: {why}", "被拒绝：{why}"),
    "error.forbidden": (
        "Your account may not do this. It needs the role: {roles}.",
        "您的账户无权执行此操作，需要角色：{roles}。",
    ),
    "error.form": (
        "This form is not from this session any more. Load the page again, then repeat.",
        "此表单不属于当前会话。请重新载入页面后再试。",
    ),
    "error.not.found": ("There is no such page.", "没有这个页面。"),
    "error.fault": (
        "A fault of the program. Runs are not harmed by it; the server's terminal says where it is.",
        "程序出错。运行不受影响；服务器终端中有错误位置。",
    ),
    "page.of": ("{first} to {last} of {all}", "第 {first}–{last} 项，共 {all} 项"),
    "page.newer": ("Newer", "较新"),
    "page.older": ("Older", "较旧"),
    "page.next": ("Next", "下一页"),
    "page.previous": ("Previous", "上一页"),
    "none": ("none", "无"),
    "yes": ("yes", "是"),
    "no": ("no", "否"),
    "reason": ("Reason", "原因"),
    "reason.optional": ("Reason (it stands in the journal)", "原因（写入日志）"),
}
