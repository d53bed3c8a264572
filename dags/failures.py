"""Errors after which a task is not retried, and how a run's alarm gets the errors of its tasks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

ERROR = "error"
"""The XCom in which a failed task leaves its error."""

MOST = 5
"""Failed tasks of a run whose errors are looked up."""


@cache
def final_types() -> tuple[type[Exception], ...]:
    """The errors that a retry cannot mend: a person has to change a file, a setting or the home first, or the
    run has to start from its first step.

    All others are retried: a publisher or a disk may recover, a lease ends.
    """
    from pipeline.releasing import NothingToRelease
    from sources.archive.archive import LogError
    from sources.archive.origin import MixedHome
    from sources.fetching.mirror import MirrorError
    from sources.registry import RegistryError
    from transforms.identity.linking.spark import SparkMissing
    from warehouse.privacy.suppression_list import SuppressionError
    from warehouse.release.decisions import DecisionError
    from warehouse.release.publication import PointerError, ReleaseRefused
    from warehouse.release.signing import SigningError

    return (
        DecisionError,
        LogError,
        MirrorError,
        MixedHome,
        NothingToRelease,
        PointerError,
        RegistryError,
        ReleaseRefused,
        SigningError,
        SparkMissing,
        SuppressionError,
    )


@contextmanager
def final_errors() -> Iterator[None]:
    """Re-raises an error of `final_types` from the block as AirflowFailException, so that the task fails at
    once; any other error is raised as it is, and the task is retried."""
    try:
        yield
    except Exception as error:
        if not isinstance(error, final_types()):
            raise
        from airflow.sdk.exceptions import AirflowFailException

        raise AirflowFailException(f"{type(error).__name__}: {error}") from error


@contextmanager
def reported(ti: Any) -> Iterator[None]:
    """`final_errors`, and stores the error that ends the block as the XCom that `errors_of_run` reads."""
    with final_errors():
        try:
            yield
        except BaseException as error:
            text = " ".join(str(error).split())
            ti.xcom_push(ERROR, f"{type(error).__name__}: {text}" if text else type(error).__name__)
            raise


def errors_of_run(ti: Any) -> dict[str, str]:
    """The errors of the failed tasks in the run of a task instance, by task, in alphabetical order; for a
    killed task, that it was killed."""
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
