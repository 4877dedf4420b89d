"""Nothing of the libraries below a link gets out of it."""

from __future__ import annotations

import errno

import pytest
import pyvisa
import serial

from calbench.errors import ConnectionLost, LinkError, LinkTimeout, Overload
from calbench.instruments.failures import translate, translated

FAILURES = [
    (pyvisa.errors.VisaIOError(pyvisa.constants.VI_ERROR_TMO), LinkTimeout),
    (pyvisa.errors.VisaIOError(pyvisa.constants.VI_ERROR_CONN_LOST), ConnectionLost),
    (pyvisa.errors.VisaIOError(pyvisa.constants.VI_ERROR_RSRC_NFOUND), LinkError),
    (pyvisa.errors.InvalidSession(), LinkError),
    (pyvisa.errors.LibraryError("no library"), LinkError),
    (TimeoutError(), LinkTimeout),
    (TimeoutError(errno.ETIMEDOUT, "keepalive"), ConnectionLost),
    (BrokenPipeError(errno.EPIPE, "pipe"), ConnectionLost),
    (ConnectionResetError(errno.ECONNRESET, "reset"), ConnectionLost),
    (OSError(errno.EIO, "unplugged"), ConnectionLost),
    (OSError(errno.EHOSTUNREACH, "no route"), ConnectionLost),
    (OSError(errno.EBADF, "bad file"), LinkError),
    (EOFError(), ConnectionLost),
    (serial.SerialException("device disconnected"), ConnectionLost),
    (serial.SerialTimeoutException("Write timeout"), LinkTimeout),
    (serial.PortNotOpenError(), LinkError),
    (RuntimeError("Connection was dropped by server."), ConnectionLost),
    (RuntimeError("protocol synchronization error"), LinkError),
    (ValueError("filedescriptor out of range in select()"), LinkError),
    (NotImplementedError(), LinkError),
]


@pytest.mark.parametrize(("raised", "kind"), FAILURES, ids=lambda one: getattr(one, "__name__", repr(one)))
def test_every_failure_becomes_an_error_of_calbench(raised, kind):
    with pytest.raises(LinkError) as caught, translated("GPIB0::22::INSTR", "reading"):
        raise raised

    assert type(caught.value) is kind
    assert str(caught.value).startswith("GPIB0::22::INSTR: reading failed: ")
    assert caught.value.__cause__ is raised


def test_errors_of_calbench_pass_as_they_are():
    error = Overload("OL")

    assert translate(error, "x", "reading") is error
    with pytest.raises(Overload) as caught, translated("x", "reading"):
        raise error
    assert caught.value is error


def test_an_interrupt_passes():
    with pytest.raises(KeyboardInterrupt), translated("x", "reading"):
        raise KeyboardInterrupt
