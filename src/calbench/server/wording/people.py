"""The words of accounts and signing in."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str]] = {
    "role.operator": ("operator", "操作员"),
    "role.reviewer": ("reviewer", "审核员"),
    "role.head": ("head", "负责人"),
    "signin.title": ("Sign in", "登录"),
    "signin.name": ("Name", "姓名"),
    "signin.password": ("Password", "口令"),
    "signin.do": ("Sign in", "登录"),
    "signin.first": (
        "There is no account yet. Make the first one in a terminal of this machine:",
        "还没有账户。请在本机终端创建第一个账户：",
    ),
    "signin.wrong": ("Name or password is not right.", "姓名或口令不正确。"),
    "signin.locked": (
        "Too many wrong passwords: this account is locked for {wait} s.",
        "口令错误次数过多：该账户锁定 {wait} 秒。",
    ),
    "signin.slow": ("Too many tries from here: wait {wait} s.", "尝试过于频繁：请等待 {wait} 秒。"),
    "signin.why": (
        "Verbs and answers go into the journal of a run with the name of who gave them.",
        "操作和回答会连同操作者姓名写入运行日志。",
    ),
}
