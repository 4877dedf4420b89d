"""Warnings of the pyvisa backend: a completion code warns unless it is ignored (`Resource.ignore_warning`)."""

from __future__ import annotations

import warnings

import pytest
from pyvisa.constants import StatusCode
from pyvisa.errors import VisaIOWarning

_MOST = StatusCode.success_max_count_read
_OTHER = StatusCode.success_device_not_present


def _read_in_part(line) -> None:
    """Read one byte of what is there: VPP-4.3 gives VI_SUCCESS_MAX_CNT for it."""
    assert line.visalib.read(line.session, 1)[1] == _MOST


def test_a_warning_is_ignored_in_its_block_only(gpib):
    gpib.write("CONF?")
    gpib.visalib.issue_warning_on.add(_MOST)
    try:
        with pytest.warns(VisaIOWarning, match="VI_SUCCESS_MAX_CNT"):
            _read_in_part(gpib)
        with gpib.ignore_warning(_MOST):
            with gpib.ignore_warning(_MOST), gpib.ignore_warning(_OTHER):
                _read_in_part(gpib)
            _read_in_part(gpib)
        with pytest.raises(ZeroDivisionError), gpib.ignore_warning(_MOST):
            raise ZeroDivisionError
        with pytest.warns(VisaIOWarning), gpib.ignore_warning(_OTHER):
            _read_in_part(gpib)
    finally:
        gpib.visalib.issue_warning_on.discard(_MOST)


def test_reading_in_small_chunks_does_not_warn(gpib):
    gpib.visalib.issue_warning_on.add(_MOST)
    try:
        gpib.chunk_size = 3
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert gpib.query("*IDN?") == "EXAMPLE,TOY,0,1.0"
    finally:
        gpib.visalib.issue_warning_on.discard(_MOST)
