"""Says at the end of a run what became of the spoilt files."""

from __future__ import annotations

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    passed = terminalreporter.getreports("passed")
    for line in [value for report in passed for name, value in report.user_properties if name == "fuzz"]:
        terminalreporter.write_line(f"fuzz {line}")
