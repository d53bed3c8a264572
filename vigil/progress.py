"""The progress of a run, shown as it goes."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.table import Table

STEPS = {
    "source": ("fetch", "parse", "validate", "promote"),
    "release": ("history", "models", "validate", "publish"),
}
MARKS = {
    "success": "[green]done[/]",
    "failed": "[red]failed[/]",
    "upstream_failed": "[red]-[/]",
    "skipped": "[dim]-[/]",
    "running": "[yellow]running[/]",
    "up_for_retry": "[yellow]again[/]",
    "queued": "[dim]waiting[/]",
    "scheduled": "[dim]waiting[/]",
}


def _cell(tasks: list[dict[str, Any]], step: str) -> str:
    """A step's state for people; of mapped tasks, with their count."""
    states = [task["state"] or "" for task in tasks if task["task_id"] == step]
    if not states:
        return ""
    if len(states) == 1:
        return MARKS.get(states[0], "")
    done = states.count("success")
    worst = "failed" if "failed" in states else "success" if done == len(states) else "running"
    return f"{MARKS[worst]} {done}/{len(states)}"


def _board(progress: dict[str, list[dict[str, Any]]]) -> Table:
    table = Table("", *STEPS["source"], box=None, padding=(0, 2))
    for dag_id, tasks in progress.items():
        if dag_id != "release":
            table.add_row(dag_id, *(_cell(tasks, step) for step in STEPS["source"]))
    table.add_section()
    table.add_row("", *(f"[bold]{step}[/]" for step in STEPS["release"]))
    table.add_row("release", *(_cell(progress.get("release", []), step) for step in STEPS["release"]))
    return table


class Reporter:
    """Shows progress: a live table on a terminal, one line per finished step elsewhere."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.live = Live(console=console, refresh_per_second=4) if console.is_terminal else None
        self.reported: set[tuple[str, str, str]] = set()

    def __enter__(self) -> Reporter:
        if self.live:
            self.live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.live:
            with suppress(OSError):  # the terminal was closed
                self.live.stop()

    def show(self, progress: dict[str, list[dict[str, Any]]]) -> None:
        if self.live:
            self.live.update(_board(progress))
            return
        for dag_id, tasks in progress.items():
            for step in STEPS["release" if dag_id == "release" else "source"]:
                cell = _cell(tasks, step)
                key = (dag_id, step, cell)
                if key not in self.reported and any(word in cell for word in ("done", "failed")):
                    self.reported.add(key)
                    self.console.print(f"  {dag_id:<14} {step:<9} {cell}", highlight=False)
