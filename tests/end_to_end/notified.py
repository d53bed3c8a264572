"""What an operator may set `VIGIL_ON_FAILURE` to: here, a function that writes a line into the home."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


def note(context: dict[str, Any]) -> None:
    ti = context["ti"]
    line = {"dag": ti.dag_id, "task": ti.task_id, "text": str(context["exception"])}
    with (Path(os.environ["VIGIL_HOME"]) / "notified.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
