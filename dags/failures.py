"""Which errors a task must not be tried again for, and how a run's alarm learns what went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

ERROR = "error"
"""The XCom in which a failed task leaves its error."""

MOST = 5
"""Failed parse tasks whose errors are looked up."""


@cache
def final_types() -> tuple[type[Exception], ...]:
    """The errors that waiting cannot heal: a person has to change a file, a setting or the home first, or
    the run has to start from its first step.

    Whatever is not among them is tried again: a publisher or a disk may recover, a lease ends.
    """
    from pipeline import steps
    from sources.archive.archive import LogError
    from sources.fetching.mirror import MirrorError
    from sources.registry import RegistryError
    from transforms.identity.linking.spark import SparkMissing
    from warehouse.privacy.suppression_list import SuppressionError
    from warehouse.release.decisions import DecisionError
    from warehouse.release.publication import PointerError
    from warehouse.release.signing import SigningError

    return (
        steps.MixedHome,
        steps.NothingToRelease,
        steps.ReleaseRefused,
        DecisionError,
        LogError,
        MirrorError,
        PointerError,
        RegistryError,
        SigningError,
        SparkMissing,
        SuppressionError,
    )


@contextmanager
def final_errors() -> Iterator[None]:
    """Re-raises an error of `final_types` from the block as Airflow's AirflowFailException, so that the task
    fails at once; any other error passes as it is, and the task is tried again."""
    try:
        yield
    except Exception as error:
        if not isinstance(error, final_types()):
            raise
        from airflow.sdk.exceptions import AirflowFailException

        raise AirflowFailException(f"{type(error).__name__}: {error}") from error


@contextmanager
def reported(ti: Any) -> Iterator[None]:
    """`final_errors`, and leaves the error that ends the block where `of_run` finds it."""
    with final_errors():
        try:
            yield
        except BaseException as error:
            text = " ".join(str(error).split())
            ti.xcom_push(ERROR, f"{type(error).__name__}: {text}" if text else type(error).__name__)
            raise


def of_run(ti: Any) -> dict[str, str]:
    """The errors of the failed tasks of a task instance's run, by task, in alphabetical order; of one that
    was killed, that it was."""
    states = ti.get_task_states(ti.dag_id, run_ids=[ti.run_id]).get(ti.run_id, {})
    failed = sorted(name for name, state in states.items() if state == "failed" and name != ti.task_id)
    found = {}
    for name in failed[:MOST]:
        task_id, _, index = name.partition("_")  # a mapped task is `parse_0`
        error = ti.xcom_pull(task_ids=task_id, key=ERROR, map_indexes=int(index or -1))
        found[name] = error or "its process was killed; the log of the scheduler may say why"
    if len(failed) > MOST:
        found["others"] = f"{len(failed) - MOST} more tasks failed"
    return found
