"""The sections on who, what, how, where, and with which standards."""

from __future__ import annotations

from collections.abc import Mapping

from calbench.certificates import regulated
from calbench.certificates.content import Block, Column, Field, Fields, Paragraph, Row, Section, Table
from calbench.certificates.regulated import table_name
from calbench.certificates.text import for_people, local, moment, printable, unit_for_people
from calbench.certificates.wording import WORDS, Language, term, word
from calbench.documents.origin import Standard
from calbench.documents.record import Interruption, Record
from calbench.documents.regulating import CONTROL


def laboratory(record: Record, language: Language) -> list[Section]:
    """Who tested (7.8.2.1 b): the fields of the station; no section if it has none."""
    items = given(record.plan.laboratory, language)
    return [Section(word("laboratory", language), [Fields(items, columns=2)])] if items else []


def item(record: Record, language: Language) -> Section:
    """What was tested (7.8.2.1 e, g), with the fields that were given or read from it."""
    return Section(word("item", language), [Fields(described(record, language), columns=2)])


def described(record: Record, language: Language) -> list[Field]:
    """Give what is known of the item; that it has no serial number is said, as nothing else tells it from others."""
    serial = record.uut.get("serial", "").strip() or word("not.stated", language)
    return given({**record.uut, "serial": serial}, language)


def procedure(record: Record, language: Language) -> Section:
    """By which method, when, by whom, with which program (7.8.2.1 f, i; 7.5.1)."""
    plan, run, software = record.plan, record.run, record.software
    reference = plan.procedure
    sources = ", ".join(
        f"{table_name(reference, name, language)}: {term('source', status, language)}"
        for name, status in sorted(reference.sources.items())
    )
    used = {(test.procedure, test.procedure_version) for test in plan.tests}
    lost = sum(bool(one.discarded) for several in record.attempts.values() for one in several)
    others = sorted(used - {(reference.id, reference.version)})
    pairs = [
        ("procedure", local(reference.title, language)),
        ("procedure.id", f"{reference.id}, {word('version', language)} {reference.version}"),
        ("subprocedures", ", ".join(f"{name} {version}" for name, version in others)),
        ("regulation", reference.regulation),
        ("sources", sources),
        *regulated.fields(record, language),
        ("started", moment(run.started)),
        ("ended", moment(run.ended)),
        ("operator", run.operator),
        ("station", plan.station),
        ("position", plan.uut.position if plan.of_run else ""),
        ("status", term("status", run.status, language)),
        ("completeness", term("completeness", run.completeness, language)),
        ("retakes", str(run.retakes)),
        ("interrupted.attempts", str(lost) if lost else ""),
        ("outputs", word(f"outputs.{run.outputs}", language, names=", ".join(run.outputs_in_doubt))),
        ("software", f"{software.name} {software.version}"),
    ]
    items = [Field(word(key, language), printable(text)) for key, text in pairs if text]
    rule = local(plan.policy.counts_says, language)
    settings = [
        Field(
            printable(local(each.label, language) or each.name),
            printable(_chosen(for_people(each.value), record, language)),
        )
        for each in plan.parameters
        if each.name != CONTROL or plan.regulated is None  # that stands above, as the kind of control
    ]
    blocks: list[Block] = [
        Fields(items, columns=2),
        Fields([Field(word("software.id", language), printable(software.id), exact=True)]),
    ]
    if rule:
        blocks.append(Fields([Field(word("counts", language), printable(f"{rule} ({plan.policy.counts})"))]))
    if settings:
        blocks += [Paragraph(word("parameters", language), tone="small"), Fields(settings, columns=2)]
    return Section(word("work", language), blocks)


def interrupted(gap: Interruption, language: Language) -> str:
    """Say that a run was interrupted and resumed: between when, by whom, and in spite of what."""
    key = "interrupted.override" if gap.override else "interrupted"
    return word(
        key,
        language,
        begin=moment(gap.interrupted),
        end=moment(gap.resumed),
        why=term("status", gap.was, language),
        who=printable(gap.by),
        reason=printable(gap.override),
    )


def _chosen(value: str, record: Record, language: Language) -> str:
    """Give a parameter in words: a choice that has some, or the name of the decision rule."""
    own = record.plan.procedure.words.get(language, {}).get(value)
    if own is not None:
        return own
    is_rule = value == record.decision.rule.partition("/")[0]
    return term("rule.name" if is_rule else "choice", value, language)


def environment(record: Record, language: Language) -> Section:
    """Under which conditions (7.8.4.1 b)."""
    title = word("environment", language)
    if not record.environment:
        return Section(title, [Paragraph(word("environment.none", language))])
    heads = ("minimum", "maximum", "mean", "unit", "permitted", "samples", "violations")
    columns = [Column(word("quantity", language))]
    columns += [Column(word(head, language), "right") for head in heads]
    permitted: dict[str, str] = {
        each.quantity: _between(each.lower, each.upper) for each in record.plan.conditions
    }
    rows = [
        Row(
            [
                printable(term("quantity", each.quantity, language)),
                printable(each.minimum),
                printable(each.maximum),
                printable(each.mean),
                printable(unit_for_people(each.unit)),
                printable(permitted.get(each.quantity, "")),
                str(each.samples),
                str(each.violations),
            ]
        )
        for each in record.environment
    ]
    return Section(title, [Table(columns, rows)])


def standards(record: Record, language: Language) -> list[Section]:
    """Which standards the results rest on (7.8.4.1 c), and what each instrument says it is."""
    columns = [
        Column(word("standard", language), wide=True),
        Column(word("certificate", language), wide=True),
        Column(word("issuer", language), wide=True),
        Column(word("date", language)),
        Column(word("due", language)),
        Column(word("used.in", language), wide=True),
    ]
    used = uses(record, language)
    rows = [_standard(each, used.get(each.id, ""), language) for each in record.plan.standards]
    says = "traceability.none" if record.plan.simulated else "traceability.says"
    blocks: list[Block] = [Table(columns, rows)] if rows else []
    hashes = [
        Field(printable(f"{each.certificate_number} SHA-256"), printable(each.certificate_sha256), exact=True)
        for each in record.plan.standards
        if each.certificate_sha256
    ]
    if hashes:
        blocks.append(Fields(hashes))
    sections = [Section(word("standards", language), [*blocks, Paragraph(word(says, language))])]
    if record.identified:
        sections.append(Section(word("identified", language), [_identified(record, language)], level=2))
    return sections


def _standard(standard: Standard, used: str, language: Language) -> Row:
    identity_parts = [
        standard.id,
        f"{standard.maker} {standard.model}".strip(),
        word("class", language, value=standard.accuracy_class) if standard.accuracy_class else "",
        word("serial", language, value=standard.serial) if standard.serial else "",
    ]
    cells = [_joined(identity_parts), printable(standard.certificate_number)]
    cells += [_joined([standard.issuer, standard.accreditation]), printable(standard.certificate_date)]
    return Row([*cells, printable(standard.due), printable(used)])


def _identified(record: Record, language: Language) -> Table:
    heads = ("role", "key.maker", "key.model", "key.serial", "key.firmware", "driver")
    rows = [
        Row(
            [
                printable(text)
                for text in (each.role, each.maker, each.model, each.serial, each.firmware, each.driver)
            ]
        )
        for each in record.identified
    ]
    return Table([Column(word(head, language), wide=head != "role") for head in heads], rows)


def uses(record: Record, language: Language) -> dict[str, str]:
    """Say of each asset in which tests, or for which condition, its role was used."""
    plan = record.plan
    assets = {binding.role: [binding.asset, *binding.also] for binding in plan.bindings}
    titles = {test.id: local(test.title, language) or test.id for test in plan.tests}
    found: dict[str, dict[str, None]] = {}
    for point in plan.points:
        for role in point.roles or [""]:
            for asset in assets.get(role, [""]):
                found.setdefault(asset, {})[titles.get(point.test, point.test)] = None
    for condition in plan.conditions:
        for asset in assets.get(condition.role, [""]):
            found.setdefault(asset, {})[term("quantity", condition.quantity, language)] = None
    return {name: "; ".join(tests) for name, tests in found.items()}


def given(fields: Mapping[str, str], language: Language) -> list[Field]:
    """Give the fields that are not empty: those that the table of words knows in its order, then the others."""
    known = [name.removeprefix("key.") for name in WORDS if name.startswith("key.")]
    order = [*(key for key in known if key in fields), *(key for key in fields if key not in known)]
    return [
        Field(printable(term("key", key, language)), printable(fields[key])) for key in order if fields[key]
    ]


def _joined(parts: list[str]) -> str:
    return ", ".join(printable(part) for part in parts if part)


def _between(lower: str | None, upper: str | None) -> str:
    low, high = for_people(lower or ""), for_people(upper or "")
    if low and high:
        return f"{low} … {high}"
    return f"≥ {low}" if low else f"≤ {high}" if high else ""
