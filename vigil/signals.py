"""Signals that end a run."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


class Ended(BaseException):
    """A signal asked the run to end; `number` is the signal's."""

    def __init__(self, number: int) -> None:
        super().__init__(f"ended by {signal.Signals(number).name}")
        self.number = number


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Has the first SIGTERM, SIGHUP or SIGINT inside the block raise Ended. Later ones do not interrupt what
    ends the run. A signal that is ignored (nohup) stays so."""

    def end(number: int, _: object) -> None:
        for each in before:
            signal.signal(each, lambda *_: None)
        raise Ended(number)

    asked = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
    before = {each: signal.getsignal(each) for each in asked if signal.getsignal(each) != signal.SIG_IGN}
    try:
        for each in before:
            signal.signal(each, end)
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
