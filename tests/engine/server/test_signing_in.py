"""Accounts and sessions, by real requests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from tests.engine.server.conftest import PASSWORD, QUICK, Served

from calbench.clock import RealClock
from calbench.errors import IntegrityFailure, UsageError
from calbench.server.accounts.passwords import hashed, matches
from calbench.server.accounts.tries import Tries
from calbench.server.services import services_of
from calbench.server.settings import Settings


class Shifted(RealClock):
    """The machine's clock, some time later."""

    later = timedelta()

    def utc(self) -> datetime:
        return datetime(2026, 3, 1, 8, tzinfo=UTC) + self.later


def test_nothing_but_the_form_is_shown_to_strangers(served: Served) -> None:
    for path in ("/runs", "/runs/x", "/runs/x/stream", "/start"):
        answer = httpx.get(f"{served.url}{path}")
        assert answer.status_code in (303, 404), path
        assert "34401A" not in answer.text


def test_the_cookie_is_kept_from_scripts_and_other_sites(served: Served) -> None:
    with served.browser("") as client:
        answer = client.post("/sign-in", data={"name": "Olga", "password": PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    secret = client.cookies["calbench"]
    assert len(secret) >= 43  # 256 bits in base64
    assert secret.encode() not in served.services.database.path.read_bytes()


@pytest.mark.parametrize(
    "target", ["//attacker.example", "https://attacker.example", "/\\attacker.example", "/a b"]
)
def test_signing_in_leads_nowhere_else(served: Served, target: str) -> None:
    with served.browser("") as client:
        answer = client.post("/sign-in", data={"name": "Olga", "password": PASSWORD, "next": target})
        assert answer.headers["location"] == "/"


def test_a_form_without_the_secret_of_the_session_does_nothing(served: Served) -> None:
    with served.browser() as client:
        assert client.post("/sign-out", data={"csrf": "wrong"}).status_code == 403
        assert client.post("/sign-out").status_code == 403
        assert client.get("/runs").status_code == 200
        csrf = client.get("/runs").text.split('name="csrf" value="')[1].split('"')[0]
        assert client.post("/sign-out", data={"csrf": csrf}).status_code == 303
        assert client.get("/runs").status_code == 303


def test_an_old_cookie_does_not_work_after_signing_out(served: Served) -> None:
    with served.browser() as client:
        kept = dict(client.cookies)
        csrf = client.get("/runs").text.split('name="csrf" value="')[1].split('"')[0]
        client.post("/sign-out", data={"csrf": csrf})
    assert httpx.get(f"{served.url}/runs", cookies=kept).status_code == 303


def test_wrong_passwords_lock_an_account_for_longer_each_time(tmp_path: Path) -> None:
    clock = Shifted()
    has = services_of(Settings(tmp_path, tmp_path, clock=clock, work=QUICK))
    has.register.add("Olga", ["operator"], PASSWORD, "test")
    for number in range(5):
        assert has.signing_in.sign_in("Olga", "wrong", f"a{number}").refused == "signin.wrong"
    assert has.signing_in.sign_in("Olga", PASSWORD, "b").refused == "signin.locked"
    clock.later += timedelta(seconds=31)
    assert has.signing_in.sign_in("Olga", "wrong", "c").refused == "signin.wrong"
    assert has.signing_in.sign_in("Olga", PASSWORD, "d").wait in range(55, 62)
    clock.later += timedelta(seconds=62)
    assert has.signing_in.sign_in("Olga", PASSWORD, "e").account is not None


def test_one_address_may_not_try_without_end() -> None:
    tries = Tries(RealClock())
    assert [tries.wait_of("10.0.0.1") for _ in range(30)] == [0] * 30
    assert tries.wait_of("10.0.0.1") in range(50, 62)
    assert tries.wait_of("10.0.0.2") == 0


def test_a_session_ends_when_it_is_idle_and_in_any_case(tmp_path: Path) -> None:
    clock = Shifted()
    has = services_of(Settings(tmp_path, tmp_path, clock=clock, work=QUICK))
    account = has.register.add("Olga", ["operator"], PASSWORD, "test")
    idle, busy = has.sessions.open(account), has.sessions.open(account)
    for _ in range(23):
        clock.later += timedelta(minutes=31)
        assert has.sessions.find(busy) is not None
        if clock.later > timedelta(minutes=60):
            assert has.sessions.find(idle) is None
    clock.later += timedelta(minutes=31)
    assert has.sessions.find(busy) is None  # 12 h are over


def test_a_disabled_account_is_out_at_once(served: Served) -> None:
    with served.browser() as client:
        token = served.services.sessions.make_token(served.services.register.all()[1], "x", "test")
        assert served.services.sessions.bearer(token) is not None
        served.services.register.disable("Olga", "test")
        assert client.get("/runs").status_code == 303
        assert served.services.sessions.bearer(token) is None
    again = httpx.post(
        f"{served.url}/sign-in", data={"name": "Olga", "password": PASSWORD}, headers={"Origin": served.url}
    )
    assert again.status_code == 401


def test_passwords_are_salted_and_long_enough() -> None:
    first, second = hashed("a long sentence"), hashed("a long sentence")
    assert first != second
    assert matches("a long sentence", first)
    assert not matches("a long sentencf", first)
    with pytest.raises(UsageError, match="10 to 256"):
        hashed("short")


def test_a_server_asks_for_the_work_that_owasp_names(tmp_path: Path) -> None:
    # OWASP, Password Storage Cheat Sheet, scrypt: N=2^15 (32 MiB), r=8, p=3
    settings = Settings(tmp_path, tmp_path)
    assert hashed("a long sentence").startswith("scrypt$32768$8$3$")
    has = services_of(settings)
    has.register.add("Olga", ["operator"], PASSWORD, "test")
    [(stored,)] = has.database.rows("SELECT password FROM accounts")
    has.database.close()
    assert str(stored).startswith("scrypt$32768$8$3$")
    assert settings.work.nobody.startswith("scrypt$32768$8$3$")


def test_a_stored_password_keeps_its_work(tmp_path: Path) -> None:
    before = services_of(Settings(tmp_path, tmp_path, work=QUICK))
    before.register.add("Olga", ["operator"], PASSWORD, "test")
    before.database.close()
    has = services_of(Settings(tmp_path, tmp_path))
    assert has.signing_in.sign_in("Olga", PASSWORD, "here").account is not None
    has.register.set_password("Olga", PASSWORD + "!", "test")
    [(stored,)] = has.database.rows("SELECT password FROM accounts")
    has.database.close()
    assert str(stored).startswith("scrypt$32768$8$3$")


def test_scrypt_is_that_of_rfc_7914() -> None:
    # RFC 7914, section 12: P="pleaseletmein", S="SodiumChloride", N=16384, r=8, p=1 (the first 32 of 64 octets)
    known = "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
    assert matches("pleaseletmein", f"scrypt$16384$8$1${b'SodiumChloride'.hex()}${known}")


def test_the_audit_log_is_chained_and_append_only(served: Served) -> None:
    with served.browser():
        pass
    lines = served.services.audit.lines()
    assert [line["what"] for line in lines] == ["account added"] * 3 + ["signed in"]
    with pytest.raises(Exception, match="append-only"), served.services.database.writing() as connection:
        connection.execute("UPDATE audit SET line = '{}' WHERE seq = 2")
    with served.services.database.writing() as connection:
        connection.execute("DROP TRIGGER audit_stays")
        connection.execute("UPDATE audit SET line = replace(line, 'Olga', 'Oleg') WHERE seq = 1")
    with pytest.raises(IntegrityFailure, match="Line 2"):
        served.services.audit.lines()
