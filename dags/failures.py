"""Which errors a task must not be tried again for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache


@cache
def final_types() -> tuple[type[Exception], ...]:
    """The errors that waiting cannot heal: a person has to change a file, a setting or the home first, or
    the run has to start from its first step.

    Whatever is not among them is tried again: a publisher or a disk may recover, a lease ends.
    """
    from dags import steps
    from sources.mirror import MirrorError
    from sources.registry import RegistryError
    from transforms.linking.spark import SparkMissing
    from warehouse.decisions import DecisionError
    from warehouse.suppression import SuppressionError

    return (
        steps.MixedHome,
        steps.NothingToRelease,
        steps.ReleaseRefused,
        DecisionError,
        MirrorError,
        RegistryError,
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
