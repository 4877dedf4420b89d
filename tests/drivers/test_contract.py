"""Every driver that the catalog finds keeps the contract; there is no list of exemptions."""

import pytest

from calbench.instruments import catalog
from calbench.instruments.contract import violations


@pytest.mark.parametrize("name", catalog.names())
def test_driver_keeps_the_contract(name):
    assert violations(catalog.find(name)) == []


def test_the_catalog_finds_the_shipped_drivers():
    shipped = {
        "agilent/a34401a",
        "fluke/f5522a",
        "fluke/f5730a",
        "keysight/k34461a",
        "mettler/mtsics",
        "vaisala/hmt330",
    }
    assert shipped <= set(catalog.names())
