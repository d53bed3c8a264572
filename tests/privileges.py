"""Who may read and write what, for a block of a test."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

NOBODY = 65534

_VERSION_3 = 0x20080522  # capget(2)
_DAC_OVERRIDE, _DAC_READ_SEARCH = 1, 2  # capabilities(7)
_PR_SET_KEEPCAPS = 8  # prctl(2)
_OPEN = 0o005
_libc = ctypes.CDLL(None, use_errno=True)


class _Header(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


class _Sets(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint32) for name in ("effective", "permitted", "inheritable")]


def heed_modes() -> int:
    """Has this thread heed the modes of files though it is root's, who reads and writes whatever there is;
    returns its capabilities of before."""
    before = _capabilities()
    _keep(before & ~(1 << _DAC_OVERRIDE | 1 << _DAC_READ_SEARCH))
    return before


@contextmanager
def ordinary_rights() -> Iterator[None]:
    """`heed_modes` for a block. Skips the test where that cannot be."""
    if os.geteuid() != 0:
        yield
        return
    if not hasattr(_libc, "capset"):
        pytest.skip("root reads everything, and this system has no capabilities")
    before = heed_modes()
    try:
        yield
    finally:
        _keep(before)


def become_nobody() -> None:
    """Has this process be that of a user of no groups and no rights. Where the code is in a folder of root's
    alone, it may read what others may not, or it could import nothing; it writes only what is its own."""
    code = (Path(__file__), Path(os.__file__), Path(pytest.__file__))
    is_open = all(folder.stat().st_mode & _OPEN == _OPEN for path in code for folder in path.parents)
    _libc.prctl(_PR_SET_KEEPCAPS, 0 if is_open else 1)
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)
    if not is_open:
        _keep(1 << _DAC_READ_SEARCH)


def _capabilities() -> int:
    """This thread's effective capabilities, a bit each."""
    header, sets = _Header(_VERSION_3, 0), (_Sets * 2)()
    assert _libc.capget(ctypes.byref(header), sets) == 0
    return int(sets[0].effective)


def _keep(capabilities: int) -> None:
    """Makes these of the permitted capabilities this thread's effective ones."""
    header, sets = _Header(_VERSION_3, 0), (_Sets * 2)()
    assert _libc.capget(ctypes.byref(header), sets) == 0
    sets[0].effective = capabilities
    assert _libc.capset(ctypes.byref(header), sets) == 0


@contextmanager
def umask(bits: int) -> Iterator[None]:
    """Has new files lack these bits of their modes."""
    before = os.umask(bits)
    try:
        yield
    finally:
        os.umask(before)
