"""A small runner of Schematron with XPath 2.0 (ISO/IEC 19757-3): patterns, rules, let, assert and report.

In each pattern the first rule that matches a node fires for it. What it says has a role: error, warning or information.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from elementpath import XPathContext
from elementpath.xpath2 import XPath2Parser
from lxml import etree

SCH = "{http://purl.oclc.org/dsdl/schematron}"
NAMED = re.compile(r"//(\w+):(\w+)")  # every element of a name


@dataclass(frozen=True)
class Finding:
    role: str
    text: str


@dataclass(frozen=True)
class Check:
    role: str
    reports: bool
    test: Any
    text: str


@dataclass(frozen=True)
class Rule:
    context: Any
    lets: dict[str, Any]
    checks: list[Check]


class Schematron:
    """The rules of a file, ready to run."""

    def __init__(self, path: Path) -> None:
        root = etree.parse(str(path)).getroot()
        spaces = {ns.get("prefix", ""): ns.get("uri", "") for ns in root.iter(f"{SCH}ns")}
        self.spaces = spaces
        self.parser = XPath2Parser(namespaces=spaces)
        self.patterns = [
            (self._lets(pattern), [self._rule(rule) for rule in pattern.iter(f"{SCH}rule")])
            for pattern in root.iter(f"{SCH}pattern")
        ]

    def run(self, data: bytes) -> list[Finding]:
        """Give what the rules say of a document, without what is for information."""
        root = XPathContext(etree.fromstring(data)).root
        elements: dict[str, list[Any]] = defaultdict(list)
        assert root is not None
        for node in root.iter_descendants():
            if node.name:
                elements[node.name].append(node)
        met: dict[str, list[Any]] = {}  # one context is that of many rules
        found: list[Finding] = []
        for lets, rules in self.patterns:
            shared = self._evaluated(root, root, lets, {})
            fired: set[Any] = set()
            for rule in rules:
                path = rule.context.source
                if path not in met:
                    met[path] = self._met(root, rule.context, elements)
                for node in met[path]:
                    if node in fired:
                        continue
                    fired.add(node)
                    found += self._fire(root, node, rule, shared)
        return found

    def _met(self, root: Any, context: Any, elements: dict[str, list[Any]]) -> list[Any]:
        """Give the nodes that a path from the root meets; a search of the whole document for each name takes long."""
        named = NAMED.fullmatch(context.source)
        if named is None:
            return list(context.select(XPathContext(root)))
        return elements.get(f"{{{self.spaces[named[1]]}}}{named[2]}", [])

    def _fire(self, root: Any, node: Any, rule: Rule, shared: dict[str, Any]) -> Iterator[Finding]:
        names = self._evaluated(root, node, rule.lets, shared)
        for check in rule.checks:
            if check.test.evaluate(XPathContext(root, item=node, variables=names)) == check.reports:
                yield Finding(check.role, check.text)

    def _evaluated(self, root: Any, node: Any, lets: dict[str, Any], names: dict[str, Any]) -> dict[str, Any]:
        found = dict(names)
        for name, value in lets.items():
            found[name] = list(value.select(XPathContext(root, item=node, variables=found)))
        return found

    def _rule(self, rule: Any) -> Rule:
        context = rule.get("context")
        path = self.parser.parse(context if context.startswith("/") else f"//{context}")
        return Rule(path, self._lets(rule), list(self._checks(rule)))

    def _lets(self, element: Any) -> dict[str, Any]:
        return {
            each.get("name"): self.parser.parse(each.get("value"))
            for each in element.iterchildren(f"{SCH}let")
        }

    def _checks(self, rule: Any) -> Iterator[Check]:
        for each in rule:
            role = each.get("role", "error")
            if each.tag in (f"{SCH}assert", f"{SCH}report") and role != "information":
                text = " ".join("".join(each.itertext()).split())
                yield Check(
                    role, each.tag == f"{SCH}report", self.parser.parse(f"boolean({each.get('test')})"), text
                )
