"""What is written is read back with no field lost, whatever a certificate holds; the bytes are the same."""

from __future__ import annotations

import dataclasses
import typing

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.thorough import many

from calbench.dcc import read, write
from calbench.dcc.content import MODELS, Certificate, Data, Provenance, Result
from calbench.dcc.layout import Line, lines
from calbench.dcc.numbers import Numbers, Uncertainty

# What XML can hold, with single spaces: the writer makes every other white space one.
TEXT = st.text(st.characters(blacklist_categories=("C", "Z")), min_size=1, max_size=8)
TEXTS = st.dictionaries(st.sampled_from(["", "en", "zh", "de"]), TEXT, max_size=3)
NUMBER = st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-1000, max_value=1000).map(
    str
)
POSITIVE = st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=1, max_value=9).map(str)
DEEP = 3


@st.composite
def numbers(draw: st.DrawFn, *, listed: bool) -> Numbers:
    values = tuple(draw(st.lists(NUMBER, min_size=1, max_size=4 if listed else 1)))

    def column(one: st.SearchStrategy[str]) -> tuple[str, ...]:
        count = len(values) if draw(st.booleans()) else 1
        return tuple(draw(one) for _ in range(count))

    kind = draw(st.sampled_from(["", "expanded", "standard", "interval"]))
    spread = {
        "expanded": ("values", "k", "p"),
        "standard": ("values",),
        "interval": ("values", "p", "lower", "upper"),
    }
    names = spread.get(kind, ())
    given_columns = {name: column(POSITIVE) for name in names}
    if kind and draw(st.booleans()):
        given_columns["distribution"] = column(st.sampled_from(["normal", "t"]))
    own = Uncertainty(kind, **given_columns) if kind else None  # type: ignore[arg-type]
    return Numbers(values, column(st.sampled_from([r"\volt", r"\one"])), own, listed)


def several() -> st.SearchStrategy[tuple[Numbers, ...]]:
    one = st.booleans().flatmap(lambda listed: numbers(listed=listed))
    return st.one_of(st.just(()), st.lists(one, min_size=1, max_size=2).map(tuple))


def value(line: Line, depth: int) -> st.SearchStrategy[typing.Any]:
    least = 1 if line.required else 0
    inner = {
        "attribute": st.one_of(st.just(""), TEXT),
        "leaf": TEXT if line.required else st.one_of(st.just(""), TEXT),
        "flag": st.sampled_from([None, True, False]),
        "leaves": st.lists(TEXT, max_size=2).map(tuple),
        "words": st.lists(TEXT, max_size=3).map(tuple),
        "texts": TEXTS.filter(bool) if line.required else TEXTS,
        "many_texts": st.lists(TEXTS.filter(bool), max_size=2).map(tuple),
        "numbers": several(),
    }
    if line.kind in inner:
        return inner[line.kind]
    if depth >= DEEP and not line.required:
        return st.none() if line.kind == "child" else st.just(())
    one = st.deferred(lambda: model(MODELS[line.model], depth + 1))
    if line.kind == "child":
        return one if line.required else st.one_of(st.none(), one)
    return st.lists(one, min_size=least, max_size=2 if line.required else 1).map(tuple)


def model(kind: type, depth: int = 0) -> st.SearchStrategy[typing.Any]:
    return st.fixed_dictionaries({name: value(line, depth) for name, line in lines(kind)}).map(
        lambda fields: kind(**fields)
    )


PROVENANCE = st.one_of(
    st.none(),
    st.fixed_dictionaries({name: TEXT for name, _ in lines(Provenance)}).map(lambda one: Provenance(**one)),
)


@settings(max_examples=many(60, 15), deadline=None, suppress_health_check=list(HealthCheck))
@given(made=model(Certificate), provenance=PROVENANCE)
def test_a_certificate_is_read_back_as_it_was_written(
    made: Certificate, provenance: Provenance | None
) -> None:
    certificate = dataclasses.replace(made, version="3.3.0", provenance=provenance)

    data = write(certificate)

    assert read(data) == certificate
    assert write(certificate) == data
    assert write(read(data)) == data


@settings(max_examples=many(60, 15), deadline=None, suppress_health_check=list(HealthCheck))
@given(made=model(Certificate, DEEP), data=model(Data, 1))
def test_results_with_all_their_numbers_are_read_back(made: Certificate, data: Data) -> None:
    measurement = dataclasses.replace(
        made.measurements.each[0], results=(Result(name={"en": "Result"}, data=data),)
    )
    measurements = dataclasses.replace(made.measurements, each=(measurement,))
    certificate = dataclasses.replace(made, version="3.3.0", measurements=measurements)

    assert read(write(certificate)) == certificate


def test_every_class_of_the_content_is_written_in_the_order_of_the_schema(schemas) -> None:
    """Compare each class with its type in dcc.xsd: names of elements, in order; none that the schema has not."""
    from lxml import etree

    xs = "{http://www.w3.org/2001/XMLSchema}"
    root = etree.parse(str(schemas / "v3.3.0" / "dcc.xsd")).getroot()
    types = {
        "Administration": "administrativeDataType", "Core": "coreDataType", "Item": "itemType",
        "Equipment": "measuringEquipmentType", "Method": "usedMethodType", "Statement": "statementMetaDataType",
        "Quantity": "quantityType", "Table": "listType", "Condition": "conditionType", "Result": "resultType",
        "Measurement": "measurementResultType", "Measurements": "measurementResultListType",
        "Upstream": "hashType", "Person": "respPersonType", "Identification": "identificationType",
    }  # fmt: skip
    for name, wanted in types.items():
        kind = root.find(f"{xs}complexType[@name='{wanted}']")
        order = [one.get("name") for one in kind.iter(f"{xs}element") if one.get("name")]
        own = [
            line.within or line.name
            for _, line in lines(MODELS[name])
            if line.kind not in ("attribute", "numbers")
        ]
        assert [one for one in own if one not in order] == [], name
        if name != "Table":  # its lists and quantities may stand in any order
            assert sorted(own, key=order.index) == own, name
