"""Exchanges of MT-SICS levels 0 and 1: protocol table 7.1 (AT balances manual p. 87, AL-IC manual p. 72)."""

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calbench.errors import DeviceError, InstrumentError, Overload, UnexpectedReply
from calbench.instruments.reading import Identity, Reading
from calbench.instruments.testing import exchange
from calbench_drivers.mettler.mtsics import MTSICS


def test_identity_is_i4_i2_i3_of_the_table():
    with exchange(
        "> I4", '< I4 A "B021002593"',
        "> I2", '< I2 A "XS204 Excellence 220.0090 g"',
        "> I3", '< I3 A "2.10 10.28.0.493.142"',
    ) as link:  # fmt: skip
        found = MTSICS(link).identify()

    assert found == Identity(
        "Mettler-Toledo",
        "XS204 Excellence",
        "B021002593",
        "2.10 10.28.0.493.142",
        "I2 'XS204 Excellence 220.0090 g', I3 '2.10 10.28.0.493.142', I4 'B021002593'",
    )


@pytest.mark.parametrize(
    ("balance", "model"),
    [("ML3002 3200.09 g", "ML3002"), ("IND570", "IND570"), ("BBA231-3BB60 60 kg", "BBA231-3BB60")],
)
def test_capacity_and_unit_are_left_out_of_the_model_where_i2_has_them(balance, model):
    with exchange("> I4", '< I4 A "1"', "> I2", f'< I2 A "{balance}"', "> I3", '< I3 A "1.0"') as link:
        assert MTSICS(link).identify().model == model


@pytest.mark.parametrize(
    "reply", ["I4 A B021002593", 'I4 A "B02', 'I4 "B021002593"', "I4", 'I2 A "x"', "", 'I4 A "a" "b"']
)
def test_identity_in_another_form_is_named(reply):
    with exchange("> I4", f"< {reply}") as link, pytest.raises(UnexpectedReply) as caught:
        MTSICS(link).identify()
    assert repr(reply) in str(caught.value)


@pytest.mark.parametrize(
    ("reply", "kilograms", "stable"),
    [
        ("S S     100.00 g", "0.10000", True),  # table 7.1, row S
        ("S D     129.07 g", "0.12907", False),  # table 7.1, row SI
        ("S S      -0.05 g", "-0.00005", True),
        ("S S    15.0005 kg", "15.0005", True),
        ("S S   1200.000 mg", "0.001200000", True),
        ("S S       1.52 t", "1520", True),
        ("S D 12345678.9 g", "12345.6789", False),
        ("S S          0 g", "0", True),
    ],
)
def test_reading_is_exact_in_kilograms(reply, kilograms, stable):
    with exchange("> SI", f"< {reply}") as link:
        assert MTSICS(link).read_mass() == Reading(Decimal(kilograms), "kg", reply, stable)


def test_high_resolution_is_sih():
    # table 7.1, row SIH; the reply as to SI, with one digit more
    with exchange("> SIH", "< S S    100.002 g", "> SIH", "< S D    100.004 g") as link:
        scale = MTSICS(link)
        assert scale.read_mass_high_resolution() == Reading(
            Decimal("0.100002"), "kg", "S S    100.002 g", stable=True
        )
        assert scale.read_mass_high_resolution().stable is False


@pytest.mark.parametrize(
    ("reply", "error"),
    [("S +", Overload), ("S -", Overload), ("ES", DeviceError), ("SIH S 1 g", UnexpectedReply)],
)
def test_high_resolution_that_is_not(reply, error):
    with exchange("> SIH", f"< {reply}") as link, pytest.raises(error, match="`SIH`"):
        MTSICS(link).read_mass_high_resolution()


@pytest.mark.parametrize("reply", ["S +", "S -"])
def test_overload_and_underload_are_no_readings(reply):
    with exchange("> SI", f"< {reply}") as link, pytest.raises(Overload, match=reply.replace("+", r"\+")):
        MTSICS(link).read_mass()


@pytest.mark.parametrize("reply", ["S I", "S L", "ES", "ET", "EL"])
def test_refusals_name_the_reply_and_the_command(reply):
    with exchange("> SI", f"< {reply}") as link, pytest.raises(DeviceError, match=f"'{reply}' to `SI`"):
        MTSICS(link).read_mass()


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "S",
        "S S",
        "SI S     100.00 g",
        "S S 100.00 g",  # not ten characters
        "S S      100.00 g",  # eleven
        "S S 100.00     g",  # left-aligned
        "S S     100.00",
        "S S     100.00 lb",
        "S S     100.00 g ",
        "S X     100.00 g",
        "S S     1 0.00 g",
        "S S     --1.00 g",
        "S S          . g",
        'I4 A "1126493049"',  # sent at power-on
        "+ES",
        "ES ",
    ],
)
def test_garbage_is_named(reply):
    with exchange("> SI", f"< {reply}") as link, pytest.raises(UnexpectedReply) as caught:
        MTSICS(link).read_mass()
    assert repr(reply) in str(caught.value)


def test_zero_is_acknowledged():
    with exchange("> Z", "< Z A") as link:
        MTSICS(link).zero()


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        ("Z I", DeviceError),
        ("Z +", Overload),
        ("Z -", Overload),
        ("ES", DeviceError),
        ("ZI S", UnexpectedReply),
        ("Z", UnexpectedReply),
        ("Z S", UnexpectedReply),
        ("T A", UnexpectedReply),
    ],
)
def test_zero_that_is_not(reply, error):
    with exchange("> Z", f"< {reply}") as link, pytest.raises(error) as caught:
        MTSICS(link).zero()
    assert repr(reply) in str(caught.value)


def test_tare_gives_the_tare_weight():
    with exchange("> T", "< T S     100.00 g") as link:
        assert MTSICS(link).tare() == Reading(Decimal("0.10000"), "kg", "T S     100.00 g", stable=True)


@pytest.mark.parametrize(
    ("reply", "error"),
    [("T I", DeviceError), ("T +", Overload), ("T -", Overload), ("S S     100.00 g", UnexpectedReply)],
)
def test_tare_that_is_not(reply, error):
    with exchange("> T", f"< {reply}") as link, pytest.raises(error) as caught:
        MTSICS(link).tare()
    assert repr(reply) in str(caught.value)


@pytest.mark.parametrize(
    ("method", "command", "reply"), [("zero", "Z", "Z A"), ("tare", "T", "T S     100.00 g")]
)
def test_waits_for_a_stable_pan(method: str, command: str, reply: str):
    # `Z` and `T` answer when stable or give up with `I`; the default 5 s of the line would cut that off
    asked: list[tuple[str, float | None]] = []

    def query(message: str, *, timeout: float | None = None) -> str:
        asked.append((message, timeout))
        return reply

    with exchange() as link:
        link.query = query  # type: ignore[method-assign] # a line that fails
        getattr(MTSICS(link), method)()
    assert asked == [(command, 40.0)]


def test_the_line_is_cr_lf_9600_8n1():
    assert (MTSICS.LINE.write_end, MTSICS.LINE.read_end, MTSICS.LINE.serial) == ("\r\n", "\r\n", "9600 8N1")


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=30) | st.text(" +-.0123456789", min_size=10, max_size=10).map("S S {} g".format))
def test_any_reply_is_a_reading_or_an_error_of_an_instrument(reply):
    with exchange("> SI", f"< {reply}") as link, contextlib.suppress(InstrumentError):
        assert MTSICS(link).read_mass().unit == "kg"
