"""Scalars as the core schema of YAML 1.2.2 (section 10.3.2, example 10.9 and its table) reads them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from calbench.documents.scalars import Exact, Flag, PlainScalar, Text, Whole


class Fields(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: Text = ""
    whole: Whole = Field(default=1, ge=1, le=100)
    exact: Exact = Field(default=Decimal(1), gt=0)
    flag: Flag = False
    maybe: Whole | None = None


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("null", None),
        ("Null", None),
        ("NULL", None),
        ("~", None),
        ("", None),
        ("nULL", "nULL"),
        ("true", True),
        ("True", True),
        ("TRUE", True),
        ("false", False),
        ("FALSE", False),
        ("tRUE", "tRUE"),
        # words that YAML 1.1 took for booleans
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("off", "off"),
        ("y", "y"),
        ("0", 0),
        ("-19", -19),
        ("+12", 12),
        ("0o7", 7),
        ("0x3A", 58),
        ("010", 10),  # octal in YAML 1.1
        ("0o8", "0o8"),
        ("0X3A", "0X3A"),
        ("-0x3A", "-0x3A"),
        ("1_000", "1_000"),  # 1000 in YAML 1.1
        ("0b101", "0b101"),  # 5 in YAML 1.1
        ("0.", Decimal("0")),
        ("-0.0", Decimal("-0.0")),
        (".5", Decimal("0.5")),
        ("+12e03", Decimal("12e3")),
        ("-2E+05", Decimal("-2e5")),
        ("1e3", Decimal("1e3")),  # text in PyYAML
        ("1e-3", Decimal("0.001")),
        ("1.10", Decimal("1.10")),
        (".", "."),
        ("1e", "1e"),
        ("1.2.3", "1.2.3"),
        ("12:30", "12:30"),  # 750 in YAML 1.1
        ("12:30:00", "12:30:00"),  # 45000 in YAML 1.1
        ("2026-01-31", "2026-01-31"),  # a date in YAML 1.1
        ("١٢", "١٢"),  # digits of another script are no digits here
        ("9" * 101, "9" * 101),
    ],
)
def test_core_schema(written, value):
    resolved = PlainScalar(written).resolved

    assert resolved == value
    assert type(resolved) is type(value)
    assert str(resolved) == str(value)  # the digits of a decimal are kept


@pytest.mark.parametrize("written", ["010", "1.10", "yes", "12:30", "2026-01-31", "0x10", "true"])
def test_a_text_field_gets_what_was_written(written):
    text = Fields(text=PlainScalar(written)).text

    assert text == written
    assert type(text) is str


@pytest.mark.parametrize(
    ("field", "value", "message", "mend"),
    [
        (
            "whole",
            PlainScalar("ten"),
            "'ten' is not a whole number",
            "write a number such as 10, 0.5 or 1e-3",
        ),
        ("whole", PlainScalar("1e1"), "'1e1' is not a whole number", "write 10"),
        ("whole", PlainScalar("2.5"), "'2.5' is not a whole number", "write digits only, as in 10"),
        ("whole", PlainScalar("1_000"), "'1_000' is not a whole number", "write 1000"),
        ("whole", PlainScalar("10 V"), "'10 V' is not a whole number", "write the number without a unit"),
        ("whole", PlainScalar("1e999999"), "'1e999999' is not a whole number", "write digits only, as in 10"),
        (
            "whole",
            "10",
            "'10' stands in quotes, so it is text; a whole number is needed",
            "remove the quotes",
        ),
        ("whole", True, "'True' is not a whole number", "write digits only, as in 10"),
        ("whole", 3.0, "'3.0' is not a whole number", "write digits only, as in 10"),
        ("exact", PlainScalar("1,5"), "'1,5' is not a number", "write the decimal sign as a point: 1.5"),
        ("exact", PlainScalar("5 kg"), "'5 kg' is not a number", "write the number without a unit"),
        ("exact", PlainScalar("nan"), "'nan' is not a number", "write a number such as 10, 0.5 or 1e-3"),
        ("exact", PlainScalar("1e61"), "'1E+61' is beyond 1e±60", "check the exponent"),
        (
            "exact",
            PlainScalar("0." + "3" * 35),
            f"'0.{'3' * 35}' has more than 34 digits",
            "leave out digits that mean nothing",
        ),
        ("exact", "x", "'x' stands in quotes, so it is text; a number is needed", "write a number"),
        ("exact", 0.1, "'0.1' is not an exact number", "hand in a Decimal or an int"),
        ("exact", Decimal("NaN"), "'NaN' is not a finite number", "write a number"),
        ("flag", PlainScalar("yes"), "'yes' is a word in YAML 1.2, not true or false", "write true"),
        ("flag", PlainScalar("Off"), "'Off' is a word in YAML 1.2, not true or false", "write false"),
        ("flag", PlainScalar("1"), "'1' is neither true nor false", "write true or false"),
        (
            "flag",
            "true",
            "'true' stands in quotes, so it is text; true or false is needed",
            "remove the quotes",
        ),
        ("flag", 1, "'1' is neither true nor false", "write true or false"),
    ],
)
def test_refused(field, value, message, mend):
    with pytest.raises(ValidationError) as caught:
        Fields.model_validate({field: value})

    (error,) = caught.value.errors()
    assert (error["msg"], error["ctx"]["mend"]) == (message, mend)


def test_numbers_keep_their_digits():
    assert str(Fields(exact=PlainScalar("10.00")).exact) == "10.00"
    assert str(Fields(exact=PlainScalar("1e-3")).exact) == "0.001"
    assert Fields(exact=PlainScalar("0x10")).exact == 16
    assert Fields(whole=PlainScalar("010")).whole == 10


def test_written_as_json_and_read_again():
    fields = Fields(text="010", whole=7, exact=Decimal("1.10"), flag=True)
    stored = fields.model_dump_json()

    assert stored == '{"text":"010","whole":7,"exact":"1.10","flag":true,"maybe":null}'
    assert Fields.model_validate_json(stored).model_dump_json() == stored
    assert Fields.model_validate_json('{"exact": 0.1}').exact == Decimal("0.1")


def test_json_schema_names_the_kinds():
    properties = Fields.model_json_schema()["properties"]

    assert {name: part.get("type") for name, part in properties.items()} == {
        "text": "string",
        "whole": "integer",
        "exact": "number",
        "flag": "boolean",
        "maybe": None,
    }
    assert (properties["whole"]["minimum"], properties["whole"]["maximum"]) == (1, 100)
    assert properties["exact"]["exclusiveMinimum"] == 0
    assert TypeAdapter(Exact).json_schema() == {"type": "number"}
