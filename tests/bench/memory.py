"""How much memory a process has used at its peak, from a moment on."""

from __future__ import annotations

import resource
import sys
from pathlib import Path


def reset_peak() -> None:
    """Forgets the peak so far, where the system can (Linux): what it is now counts as the peak."""
    clear = Path("/proc/self/clear_refs")
    if clear.exists():
        clear.write_text("5", "ascii")


def peak_bytes() -> int:
    """The most of its memory that was in RAM at one time."""
    status = Path("/proc/self/status")
    if status.exists():  # `ru_maxrss` would count the parent's, from before the program was started
        line = next(
            line for line in status.read_text("ascii", "replace").splitlines() if line.startswith("VmHWM")
        )
        return int(line.split()[1]) * 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
