"""The words of `calbench plan` in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping

PLAN_WORDS: Mapping[str, Mapping[str, str]] = {
    "plan.head": {"en": "{procedure} on station {station}", "zh": "{procedure}，工作站 {station}"},
    "plan.rule": {
        "en": "Decision rule {rule}: {title}; {details}.",
        "zh": "判定规则 {rule}：{title}；{details}。",
    },
    "plan.coverage": {"en": "coverage {value}", "zh": "包含概率 {value}"},
    "plan.coverage.rule": {"en": "coverage rule {value}", "zh": "包含因子规则 {value}"},
    "plan.prior": {"en": "prior: {value}", "zh": "先验分布：{value}"},
    "plan.size": {"en": "{points} in {tests}, about {time}.", "zh": "{tests}，{points}，约 {time}。"},
    "plan.size.more": {
        "en": "{points} in {tests}, about {time}; {results} of {others} computed from them.",
        "zh": "{tests}，{points}，约 {time}；另由其计算 {others}的 {results}。",
    },
    "plan.points.1": {"en": "1 point", "zh": "1 个点"},
    "plan.points.n": {"en": "{number} points", "zh": "{number} 个点"},
    "plan.tests.1": {"en": "1 test", "zh": "1 个项目"},
    "plan.tests.n": {"en": "{number} tests", "zh": "{number} 个项目"},
    "plan.results.1": {"en": "1 result", "zh": "1 个结果"},
    "plan.results.n": {"en": "{number} results", "zh": "{number} 个结果"},
    "plan.others.1": {"en": "1 further test", "zh": "1 个其他项目"},
    "plan.others.n": {"en": "{number} further tests", "zh": "{number} 个其他项目"},
    "plan.parameters": {"en": "Parameters: {all}", "zh": "参数：{all}"},
    "plan.values": {"en": "Values: {all}", "zh": "计算值：{all}"},
    "plan.regulation.pinned": {
        "en": "Regulation: {name}; an edition that the station works to.",
        "zh": "规程：{name}；为工作站采用的版本。",
    },
    "plan.regulation": {
        "en": "Regulation: {name}; the station pins no edition of it (regulations: {{{id}: {year}}}).",
        "zh": "规程：{name}；工作站未指定其版本（regulations: {{{id}: {year}}}）。",
    },
    "plan.control": {"en": "Kind of control: {kind}.", "zh": "检定类别：{kind}。"},
    "plan.control.first": {"en": "first", "zh": "首次检定"},
    "plan.control.subsequent": {"en": "subsequent", "zh": "后续检定"},
    "plan.control.in_use": {"en": "in_use", "zh": "使用中检查"},
    "plan.source.confirmed": {"en": "confirmed", "zh": "已核实"},
    "plan.source.secondary": {"en": "secondary", "zh": "二手来源"},
    "plan.source.unconfirmed": {"en": "unconfirmed", "zh": "未核实"},
    "plan.left.out": {"en": " Not required for it: {names}.", "zh": "该类别不要求：{names}。"},
    "plan.interval": {
        "en": "Valid for {months} months if it passes (source: {source}).",
        "zh": "合格后有效期 {months} 个月（来源：{source}）。",
    },
    "plan.unsure": {"en": "Sources that are not confirmed:", "zh": "来源尚未核实："},
    "plan.whole": {"en": "whole procedure", "zh": "整个规程"},
    "plan.units": {
        "en": "{number} units, {mode}; a unit that is late: {late}.",
        "zh": "{number} 台，{mode}；滞后的器具：{late}。",
    },
    "plan.own": {
        "en": "At position {position}, with its own standards:",
        "zh": "工位 {position}，使用其自身的标准器：",
    },
    "plan.by.hand": {"en": "by hand", "zh": "人工"},
    "plan.due": {"en": "{number}, due {due}", "zh": "{number}，有效期至 {due}"},
    "plan.work.order": {"en": "work order", "zh": "委托单"},
    "plan.own.standards": {"en": "its own standards", "zh": "自身标准器"},
    "plan.role": {"en": "role", "zh": "角色"},
    "plan.instrument": {"en": "instrument", "zh": "仪器"},
    "plan.driver": {"en": "driver", "zh": "驱动"},
    "plan.link": {"en": "link", "zh": "连接"},
    "plan.asset": {"en": "asset", "zh": "标准器"},
    "plan.certificate": {"en": "certificate", "zh": "证书"},
    "plan.load": {"en": "load", "zh": "负载"},
    "plan.loaded": {"en": "phase {phase} alone", "zh": "仅 {phase} 相"},
    "plan.frequency": {"en": "frequency", "zh": "频率"},
    "plan.mpe": {"en": "MPE standard", "zh": "标准器 MPE"},
    "plan.u.standard": {"en": "U standard", "zh": "标准器 U"},
    "plan.tur.standard": {"en": "TUR standard", "zh": "标准器 TUR"},
    "plan.u": {"en": "U predicted", "zh": "预计 U"},
    "plan.risk": {"en": "risk at limit", "zh": "限处风险"},
    "plan.hazard": {"en": "hazard", "zh": "危险"},
    "plan.voltage": {"en": "voltage", "zh": "高电压"},
    "plan.none.can.pass": {"en": "none can pass", "zh": "无法合格"},
    "plan.risks": {
        "en": "w: guard band. Risk at limit: the most that the probability can be that what passes is beyond its "
        "limits.",
        "zh": "w：保护带。限处风险：判为合格者实际超出限值的最大概率。",
    },
    "plan.global": {
        "en": "PFA, PFR: false accepts and false rejects among all items, by the prior.",
        "zh": "PFA、PFR：按先验分布，全部器具中的误接受与误拒收概率。",
    },
    "plan.asked": {"en": "Asked of the operator: {all}.", "zh": "由操作员回答：{all}。"},
    "plan.follows": {"en": "follows from points", "zh": "由测量点计算"},
    "plan.value": {"en": "value", "zh": "计算式"},
    "plan.of": {"en": "{number} of {test}", "zh": "{test} 的 {number} 个"},
    "plan.points": {"en": "points", "zh": "测量点"},
    "plan.without.u": {
        "en": "They have no U, and are decided by simple acceptance.",
        "zh": "这些结果不给出 U，按简单接受判定。",
    },
    "plan.steps": {"en": "Waits and connections:", "zh": "等待与接线："},
    "plan.none": {"en": "none", "zh": "无"},
}
"""By key, then by language."""
