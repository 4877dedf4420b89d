from __future__ import annotations

import importlib
import sys

import pytest

from calbench.errors import UsageError
from calbench.instruments import catalog

DRIVER = "class A100:\n    pass\n"


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """Give a function that puts files where drivers are looked for; a vendor folder needs no __init__."""
    package = importlib.import_module(catalog.PACKAGE)
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path / "shelf")])
    monkeypatch.syspath_prepend(tmp_path)
    before = set(sys.modules)

    def put(path: str, text: str = DRIVER) -> None:
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        importlib.invalidate_caches()

    yield put
    for name in set(sys.modules) - before:
        if name.startswith((f"{catalog.PACKAGE}.toymaker", "toyforeign")):
            del sys.modules[name]


def entry_point(put, name: str, value: str, package: str = "toyforeign") -> None:
    put(f"{package}-1.dist-info/METADATA", f"Name: {package}\nVersion: 1\n")
    put(f"{package}-1.dist-info/entry_points.txt", f"[{catalog.GROUP}]\n{name} = {value}\n")


def test_a_new_file_is_found_by_its_path(shelf):
    shelf("shelf/toymaker/a100.py")

    assert "toymaker/a100" in catalog.names()
    assert catalog.find("toymaker/a100").__name__ == "A100"


def test_private_and_odd_files_are_no_drivers(shelf):
    for name in ("_frames", "__init__", "A100", "a-100"):
        shelf(f"shelf/toymaker/{name}.py")

    assert not [name for name in catalog.names() if name.startswith("toymaker/")]
    with pytest.raises(UsageError, match="no driver 'toymaker/_frames'"):
        catalog.find("toymaker/_frames")


def test_a_driver_of_another_package_is_found_by_entry_point(shelf):
    shelf("toyforeign.py")
    entry_point(shelf, "toymaker/x1", "toyforeign")

    assert "toymaker/x1" in catalog.names()
    assert catalog.find("toymaker/x1").__name__ == "A100"


def test_all_drivers_are_those_that_are_found_one_by_one(shelf):
    shelf("shelf/toymaker/a100.py")
    shelf("toyforeign.py")
    entry_point(shelf, "toymaker/x1", "toyforeign")

    found = catalog.drivers()

    assert {"toymaker/a100", "toymaker/x1"} <= found.keys()
    assert list(found.items()) == [(name, catalog.find(name)) for name in catalog.names()]


def test_a_name_that_two_packages_bring_is_refused(shelf):
    shelf("shelf/toymaker/x1.py")
    entry_point(shelf, "toymaker/x1", "toyforeign")

    for look in (lambda: catalog.find("toymaker/x1"), catalog.drivers):
        with pytest.raises(UsageError, match=r"several packages: calbench_drivers\.toymaker\.x1, toyforeign"):
            look()


def test_an_odd_name_of_another_package_is_refused(shelf):
    entry_point(shelf, "Toymaker/X1", "toyforeign")

    with pytest.raises(UsageError, match="vendor/model"):
        catalog.drivers()


def test_an_unknown_name_suggests_close_ones(shelf):
    shelf("shelf/toymaker/a100.py")

    with pytest.raises(UsageError, match=r"no driver 'toymaker/a101'.*Did you mean toymaker/a100"):
        catalog.find("toymaker/a101")
    with pytest.raises(UsageError, match="There are: "):
        catalog.find("zzzzzz/qqqqqq")


@pytest.mark.parametrize(
    "name", ["", "a100", "os", "../x/y", "a/b/c", "a.b/c", "Acme/A100", "acme/a100\n", "a/b;c", "а/б"]
)
def test_a_name_from_a_file_is_data(name):
    with pytest.raises(UsageError, match="vendor/model"):
        catalog.find(name)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("class A:\n    pass\nclass B:\n    pass\n", "A, B"),
        ("class _A:\n    pass\n", "none"),
        ("from decimal import Decimal\n", "none"),
        ("import no_such_package_anywhere\n", "does not load"),
    ],
)
def test_a_module_without_exactly_one_driver_is_refused(shelf, text, message):
    shelf("shelf/toymaker/bad.py", text)

    with pytest.raises(UsageError, match=message):
        catalog.find("toymaker/bad")
