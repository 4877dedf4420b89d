"""What a certificate says of stages, an adjustment, attempts and the conditions of each result, in each language.

The clauses are 7.8.4.1 b) and d) of ISO/IEC 17025:2017.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

STAGE_WORDS: Mapping[str, Mapping[Literal["en", "zh"], str]] = {
    "stage": {"en": "Stage", "zh": "阶段"},
    "stage.as_found": {"en": "as found", "zh": "调整前"},
    "stage.as_left": {"en": "as left", "zh": "调整后"},
    "staged": {"en": "{title}, {stage}", "zh": "{title}（{stage}）"},
    "results.as_found": {"en": "Results as found, before any adjustment", "zh": "调整前的测量结果"},
    "results.as_left": {"en": "Results as left, after the adjustment", "zh": "调整后的测量结果"},
    "stage.verdict": {"en": "Conclusion {stage}: {verdict}.", "zh": "{stage}结论：{verdict}。"},
    "adjusted.notice": {
        "en": "The item was adjusted. As found: {found}. As left: {left}. The conclusion is that of the item as left.",
        "zh": "被测器具经过调整。调整前：{found}；调整后：{left}。本证书结论为调整后的结论。",
    },
    "adjustment": {"en": "Adjustment", "zh": "调整"},
    "adjustment.none": {
        "en": "Not adjusted: the item is left as it was found, and the results as found are those as left.",
        "zh": "未作调整：器具保持原状，调整前的结果即为调整后的结果。",
    },
    "adjustment.done": {
        "en": "The item was adjusted after it had been measured as found, and measured again as left.",
        "zh": "器具在完成调整前的测量后进行了调整，并在调整后重新测量。",
    },
    "adjustment.begun": {
        "en": "The adjustment was begun and not finished in this run: the item is in neither of the two states.",
        "zh": "调整已开始但在本次运行中未完成：器具既不处于调整前状态，也不处于调整后状态。",
    },
    "adjustment.open": {
        "en": "Whether the item is adjusted was not decided in this run: it is as it was found.",
        "zh": "本次运行未决定是否调整：器具保持原状。",
    },
    "adjustment.rule": {"en": "Rule", "zh": "调整规则"},
    "adjust.if_failed": {"en": "adjusted if a result as found fails", "zh": "调整前有不合格结果时调整"},
    "adjust.always": {"en": "always adjusted", "zh": "一律调整"},
    "adjust.ask": {"en": "as the operator decides", "zh": "由操作人员决定"},
    "adjust.never": {"en": "never adjusted", "zh": "一律不调整"},
    "adjustment.failed": {"en": "Failed as found", "zh": "调整前不合格"},
    "adjustment.reason": {"en": "Reason", "zh": "原因"},
    "adjustment.by": {"en": "Decided by", "zh": "决定人"},
    "adjustment.decided": {"en": "Decided", "zh": "决定时间"},
    "adjustment.decided.at": {"en": "When", "zh": "时间"},
    "adjustment.hands": {"en": "Adjusted by", "zh": "调整人"},
    "adjustment.ended": {"en": "Finished", "zh": "完成时间"},
    "adjustment.interruptions": {"en": "Interrupted and gone on with", "zh": "中断后继续次数"},
    "adjustment.step": {"en": "What was done or asked", "zh": "操作或提问"},
    "adjustment.answer": {"en": "Answer", "zh": "回答"},
    "interrupted.attempts": {"en": "Attempts interrupted", "zh": "中断的测量次数"},
    "counts": {"en": "Which attempt counts", "zh": "采用规则"},
    "retake.says": {
        "en": "No. {number}: taken again by {who}, {when}: {reason}.",
        "zh": "序号 {number}：{when} 由{who}要求重测，原因：{reason}。",
    },
    "interrupted.says": {
        "en": "No. {number}: {count} interrupted, which does not count.",
        "zh": "序号 {number}：中断 {count} 次，不计入。",
    },
    "near.says": {
        "en": "No. {numbers}: near the limit ({start} to {end} times it), so {more} further readings; the mean of all "
        "counts.",
        "zh": "序号 {numbers}：结果接近允许限（{start} 至 {end} 倍），追加 {more} 次读数，取全部读数的平均值。",
    },
    "point.conditions": {
        "en": "While it was measured: {quantity} {span} {unit}.",
        "zh": "测量期间{quantity}：{span} {unit}。",
    },
    "point.outside": {
        "en": "Measured outside the permitted conditions: No. {numbers}.",
        "zh": "在允许环境条件之外测得：序号 {numbers}。",
    },
    "annex.conditions": {"en": "Annex: conditions of each result", "zh": "附录：各结果的环境条件"},
    "adjustment.confirmed": {"en": "done", "zh": "已完成"},
}
