"""Prepares the embedded Airflow's database before its scheduler starts; runs in Airflow's environment.

`python -m vigil.airflow.database` migrates it to this Airflow's version, then ends every run of an earlier
`vigil run` that is not finished, so that none of its tasks is executed and none of its asset events sets off
a release.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime


def migrate() -> None:
    """Runs `airflow db migrate`."""
    from airflow.__main__ import main as airflow

    sys.argv = ["airflow", "db", "migrate"]
    airflow()  # type: ignore[no-untyped-call]


def end_dead_runs() -> int:
    """Marks unfinished DAG runs and their unfinished task instances as failed, and forgets the asset events
    that wait for a DAG; returns the number of runs."""
    from airflow.models import DagRun, TaskInstance
    from airflow.models.asset import AssetDagRunQueue
    from airflow.utils.session import create_session
    from airflow.utils.state import DagRunState, State, TaskInstanceState
    from sqlalchemy import delete, func, select, update

    begun = [state for state in State.unfinished if state is not None]
    with create_session() as session:
        unfinished = DagRun.state.in_(State.unfinished_dr_states)
        dead = session.scalar(select(func.count()).select_from(DagRun).where(unfinished))
        session.execute(
            update(TaskInstance).where(TaskInstance.state.in_(begun)).values(state=TaskInstanceState.FAILED)
        )
        session.execute(
            update(DagRun).where(unfinished).values(state=DagRunState.FAILED, end_date=datetime.now(UTC))
        )
        session.execute(delete(AssetDagRunQueue))
    return dead or 0


def main() -> None:
    """Migrates, then ends dead runs."""
    migrate()
    if dead := end_dead_runs():
        sys.stdout.write(f"ended {dead} unfinished runs of an earlier vigil run\n")


if __name__ == "__main__":
    main()
