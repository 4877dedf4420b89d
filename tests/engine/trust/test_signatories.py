"""Keys of signatories: how they are kept, what is refused, and whose certificates are trusted."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from calbench.cli import main
from calbench.clock import RealClock
from calbench.errors import UsageError
from calbench.trust.anchors import Anchors, judge, may_sign, read_certificates
from calbench.trust.issuing import Holder, new_authority, new_signatory
from calbench.trust.signatories import Signatory, load, names, pem, store, trust, trusted


def keys(folder: Path, *words: str) -> str:
    done = CliRunner().invoke(main, ["keys", *words], env={"CALBENCH_KEYS": str(folder)})
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")
def test_a_private_key_is_for_its_owner_alone(tmp_path: Path, mei: Signatory):
    folder = store(tmp_path, "signatories", "mei", mei)
    assert (folder / "key.pem").stat().st_mode & 0o777 == 0o600
    (folder / "key.pem").chmod(0o640)
    with pytest.raises(UsageError, match="chmod 600"):
        load(tmp_path, "signatories", "mei")


def test_a_key_comes_back_as_it_was_stored_and_is_never_replaced(
    tmp_path: Path, mei: Signatory, laboratory: Signatory
):
    store(tmp_path, "signatories", "mei", mei)
    again = load(tmp_path, "signatories", "mei")
    assert (again.certificate, again.above) == (mei.certificate, (laboratory.certificate,))
    assert [again.said(which) for which in ("name", "role", "organisation")] == [
        "Li Mei 李梅",
        "Technical manager",
        "Example Lab",
    ]
    with pytest.raises(UsageError, match="never replaced"):
        store(tmp_path, "signatories", "mei", mei)


@pytest.mark.parametrize("name", ["", "../mei", "a/b", "A B", ".hidden", "x" * 64])
def test_a_name_that_is_no_name_of_a_folder_is_refused(name: str, tmp_path: Path):
    with pytest.raises(UsageError, match="no name for a key"):
        load(tmp_path, "signatories", name)


def test_an_unknown_signatory_is_told_with_those_that_there_are(tmp_path: Path, mei: Signatory):
    store(tmp_path, "signatories", "mei", mei)
    with pytest.raises(UsageError, match="there are: mei"):
        load(tmp_path, "signatories", "li")


def test_openssl_reads_what_the_commands_make(tmp_path: Path):
    keys(tmp_path, "new", "authority", "lab", "--name", "Example CA", "--country", "CN")
    said = keys(
        tmp_path, "new", "signatory", "mei", "--name", "李梅", "--role", "技术负责人", "--authority", "lab"
    )
    assert "李梅, 技术负责人, certified by Example CA" in said
    authority = tmp_path / "authorities" / "lab" / "certificate.pem"
    own = tmp_path / "signatories" / "mei" / "certificate.pem"
    checked = subprocess.run(
        ["openssl", "verify", "-x509_strict", "-CAfile", authority, own],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert checked.stdout.strip().endswith("OK"), checked.stderr
    keys(tmp_path, "request", "mei", "--out", str(tmp_path / "mei.csr"))
    request = subprocess.run(
        ["openssl", "req", "-verify", "-noout", "-subject", "-nameopt", "utf8", "-in", tmp_path / "mei.csr"],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert "李梅" in request.stdout


@pytest.mark.parametrize("kind", ["pkcs12", "pem"])
def test_keys_of_others_are_imported(kind: str, tmp_path: Path, rsa: Signatory):
    password = tmp_path / "password"
    password.write_text("secret\n", encoding="ascii")
    if kind == "pkcs12":
        file = tmp_path / "key.p12"
        encryption: serialization.KeySerializationEncryption = serialization.BestAvailableEncryption(
            b"secret"
        )
        file.write_bytes(
            pkcs12.serialize_key_and_certificates(b"x", rsa.key, rsa.certificate, None, encryption)
        )
        more: list[str] = []
    else:
        file, certificate = tmp_path / "key.pem", tmp_path / "own.pem"
        file.write_bytes(
            rsa.key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.BestAvailableEncryption(b"secret"),
            )
        )
        certificate.write_bytes(pem(rsa.certificate))
        more = ["--certificate", str(certificate)]
    keys(tmp_path, "import", "deputy", str(file), "--password-file", str(password), *more)
    assert load(tmp_path, "signatories", "deputy").certificate == rsa.certificate
    wrong = CliRunner().invoke(
        main, ["keys", "import", "again", str(file), *more], env={"CALBENCH_KEYS": str(tmp_path)}
    )
    assert wrong.exit_code == 2


def test_key_and_certificate_of_different_people_are_refused(tmp_path: Path, mei: Signatory, rsa: Signatory):
    store(tmp_path, "signatories", "mei", mei)
    (tmp_path / "signatories" / "mei" / "certificate.pem").write_bytes(pem(rsa.certificate))
    with pytest.raises(UsageError, match="belongs to another key"):
        load(tmp_path, "signatories", "mei")


def test_trust_leads_through_an_authority_or_lies_in_the_anchors(
    mei: Signatory, rsa: Signatory, anchors: Anchors, now: datetime
):
    assert judge(mei.certificate, (), anchors, now, "X").holds
    assert judge(rsa.certificate, (), Anchors((rsa.certificate,)), now, "X").holds
    assert not judge(rsa.certificate, (), anchors, now, "X").holds
    assert not judge(mei.certificate, (), Anchors(), now, "X").holds


def test_an_authority_of_the_same_name_is_another(mei: Signatory, now: datetime):
    other = new_authority(
        Holder("Example CA", organisation="Example Lab"), now - timedelta(1), now + timedelta(1)
    )
    assert not judge(mei.certificate, (), Anchors((other.certificate,)), now, "X").holds


def test_a_signatory_certifies_nobody(mei: Signatory, now: datetime):
    """RFC 5280, 4.2.1.9: only a certificate that says so may issue others."""
    forged = new_signatory(Holder("Nobody"), now - timedelta(1), now + timedelta(1), authority=mei)
    assert not judge(forged.certificate, (mei.certificate,), Anchors((mei.certificate,)), now, "X").holds


def test_certificates_for_other_things_sign_no_documents(mei: Signatory, laboratory: Signatory, tsa: Path):
    assert may_sign(mei.certificate)
    assert not may_sign(laboratory.certificate)
    assert not any(may_sign(one) for one in read_certificates(tsa / "tsa.pem"))


@pytest.mark.parametrize(("days", "says"), [(-31, "not yet valid"), (301, "expired")])
def test_a_certificate_is_judged_at_the_time_of_signing(
    days: int, says: str, mei: Signatory, anchors: Anchors, now: datetime
):
    judgement = judge(mei.certificate, (), anchors, now + timedelta(days=days), "the time stamp")
    assert not judgement.holds
    assert says in judgement.says
    assert "as the time stamp says" in judgement.says


def test_certificates_above_a_key_are_not_trusted_for_that(
    tmp_path: Path, mei: Signatory, laboratory: Signatory
):
    store(tmp_path, "signatories", "mei", mei)
    assert trusted(tmp_path).certificates == (mei.certificate,)
    (tmp_path / "lab.pem").write_bytes(pem(laboratory.certificate))
    trust(tmp_path, tmp_path / "lab.pem")
    assert set(trusted(tmp_path).certificates) == {mei.certificate, laboratory.certificate}
    assert names(tmp_path, "signatories") == ["mei"]


def test_a_file_without_a_certificate_is_refused(tmp_path: Path):
    (tmp_path / "x.pem").write_text("no certificate", encoding="ascii")
    with pytest.raises(UsageError, match="no certificate that can be read"):
        read_certificates(tmp_path / "x.pem")


def _openssl_root(folder: Path, *extensions: str) -> Path:
    """Make a root with these extensions alone, and a leaf that it issued, with openssl; gives the folder."""
    (folder / "c.cnf").write_text(
        "[req]\ndistinguished_name=dn\nprompt=no\n[dn]\nCN=Plain root\n[ext]\n" + "\n".join(extensions),
        encoding="ascii",
    )
    key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"  # RSA would take a second to find its primes
    root = f"req -x509 {key} -days 30 -config c.cnf -keyout r.key -out r.pem"
    leaf = f"req {key} -subj /CN=Leaf -config c.cnf -keyout l.key -out l.csr"
    issue = "x509 -req -in l.csr -CA r.pem -CAkey r.key -CAcreateserial -days 20 -out l.pem"
    for words in (root + (" -extensions ext" if extensions else ""), leaf, issue):
        subprocess.run(["openssl", *words.split()], cwd=folder, check=True, capture_output=True, timeout=60)
    return folder


@pytest.mark.parametrize(
    ("extensions", "says", "of_openssl"),
    [
        (
            ("basicConstraints=critical,CA:TRUE",),
            "",
            True,
        ),  # RFC 5280, 4.2.1.3: no keyUsage restricts nothing
        (("basicConstraints=critical,CA:TRUE", "keyUsage=critical,digitalSignature"), "keyCertSign", False),
        (("basicConstraints=critical,CA:FALSE",), "say that it is no authority", False),
        (("keyUsage=critical,keyCertSign",), "no basicConstraints", None),  # openssl is lenient there
    ],
)
def test_a_root_is_judged_as_rfc_5280_says_and_a_refusal_says_why(
    extensions: tuple[str, ...], says: str, of_openssl: object, tmp_path: Path
):
    _openssl_root(tmp_path, *extensions)
    (root,), (leaf,) = (read_certificates(tmp_path / name) for name in ("r.pem", "l.pem"))
    at = leaf.not_valid_before_utc + timedelta(days=1)
    judgement = judge(leaf, (), Anchors((root,)), at, "the test")
    assert judgement.holds is not bool(says)
    assert says in judgement.says
    assert "not among the trusted" not in judgement.says
    if of_openssl is not None:
        words = ["openssl", "verify", "-CAfile", "r.pem", "l.pem"]
        done = subprocess.run(words, cwd=tmp_path, check=False, capture_output=True, timeout=60)
        assert (done.returncode == 0) is of_openssl


def test_list_and_show_know_signatories_and_authorities(tmp_path: Path):
    keys(tmp_path, "new", "station", "demo")
    keys(tmp_path, "new", "authority", "lab", "--name", "Example CA", "--organisation", "Example Lab")
    keys(
        tmp_path, "new", "signatory", "mei", "--name", "Li Mei", "--role", "Technical manager",
        "--organisation", "Example Lab", "--authority", "lab", "--days", "30",
    )  # fmt: skip
    listed = json.loads(keys(tmp_path, "list", "--json"))
    assert [(one["kind"], one["name"]) for one in listed] == [
        ("station", "demo"),
        ("signatory", "mei"),
        ("authority", "lab"),
    ]
    shown = json.loads(keys(tmp_path, "show", "mei", "--json"))
    assert shown == listed[1]
    assert (shown["holder"], shown["role"], shown["organisation"], shown["certified_by"]) == (
        "Li Mei", "Technical manager", "Example Lab", "Example CA, Example Lab",
    )  # fmt: skip
    command = ["openssl", "x509", "-noout", "-fingerprint", "-sha256", "-in", shown["certificate"]]
    said = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
    assert said.strip().rpartition("=")[2].replace(":", "").lower() == shown["fingerprint"]
    for words in (("list",), ("show", "mei"), ("show", "signatory/mei")):
        out = keys(tmp_path, *words)
        for each in (
            "mei",
            "signatory",
            "Li Mei",
            "Technical manager",
            "Example Lab",
            shown["valid_until"][:10],
        ):
            assert each in out
    assert "PRIVATE" not in keys(tmp_path, "export", "mei")
    keys(tmp_path, "export", "lab", "--into", str(tmp_path / "lab.pem"))
    assert len(read_certificates(tmp_path / "lab.pem")) == 1


def test_a_name_of_several_kinds_is_asked_for_its_kind(tmp_path: Path):
    keys(tmp_path, "new", "station", "demo")
    keys(tmp_path, "new", "signatory", "demo", "--name", "Li Mei")
    said = CliRunner().invoke(main, ["keys", "show", "demo"], env={"CALBENCH_KEYS": str(tmp_path)})
    assert (said.exit_code, "station/demo or signatory/demo" in said.output) == (2, True)
    assert json.loads(keys(tmp_path, "show", "station/demo", "--json"))["kind"] == "station"


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")
def test_a_signatory_key_that_others_may_read_is_not_to_be_rolled(tmp_path: Path, mei: Signatory):
    (store(tmp_path, "signatories", "mei", mei) / "key.pem").chmod(0o640)
    with pytest.raises(UsageError, match="calbench keys new signatory") as refused:
        load(tmp_path, "signatories", "mei")
    assert "roll" not in str(refused.value)


@pytest.mark.parametrize(
    ("days", "says"), [((-30, -1), "expired on"), ((1, 30), "is not valid before"), ((-1, 30), "")]
)
def test_the_import_of_a_certificate_that_signs_nothing_now_is_warned_of(
    days: tuple[int, int], says: str, tmp_path: Path
):
    now = RealClock().utc().replace(microsecond=0)
    made = new_signatory(Holder("Li Mei"), now + timedelta(days[0]), now + timedelta(days[1]))
    store(tmp_path / "other", "signatories", "mei", made)
    own = tmp_path / "other" / "signatories" / "mei"
    words = ["keys", "import", "mei", str(own / "key.pem"), "--certificate", str(own / "certificate.pem")]
    done = CliRunner().invoke(main, words, env={"CALBENCH_KEYS": str(tmp_path / "keys")})
    assert done.exit_code == 0
    assert (says in done.stderr) if says else not done.stderr
    assert names(tmp_path / "keys", "signatories") == ["mei"]


def test_an_authority_outlives_those_whom_it_certifies_by_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    keys(tmp_path, "new", "authority", "lab", "--name", "Example CA")
    later = RealClock().utc() + timedelta(hours=1)
    monkeypatch.setattr(RealClock, "utc", lambda _: later)
    keys(tmp_path, "new", "signatory", "mei", "--name", "Li Mei", "--authority", "lab")
    assert load(tmp_path, "signatories", "mei").above
