"""How long a call takes, whatever else the machine does."""

from __future__ import annotations

import time
from collections.abc import Callable


def seconds(call: Callable[[], object]) -> float:
    """Seconds of this process's CPUs that a call takes, whatever it ends in."""
    start = time.process_time()
    try:
        call()
    except AssertionError:
        raise
    except Exception:  # noqa: BLE001, S110  another test looks at what is raised
        pass
    return time.process_time() - start
