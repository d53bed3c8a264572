"""Upkeep: removes what interrupted and old runs have left behind, once a day.

Unfinished releases and temporary files of processes that have ended, and all but the newest Data Docs and
task logs. `vigil run` does the same before it starts.
"""

from __future__ import annotations

from airflow.sdk import DAG, CronTriggerTimetable, task

from dags import failures, settings

with DAG(
    dag_id="upkeep",
    dag_display_name="Upkeep",
    description="Removes what interrupted and old runs have left behind",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("45 3 * * *", timezone="UTC") if settings.SCHEDULED else None,
    catchup=False,
    max_active_runs=1,
    default_args={**settings.DEFAULTS, "on_failure_callback": settings.ON_FAILURE},
    tags=["upkeep"],
) as upkeep:

    @task
    def clean() -> list[str]:
        from pathlib import Path

        from airflow.sdk.configuration import conf

        from pipeline.run_records import clean_logs
        from pipeline.upkeep import clean_home

        with failures.final_errors():
            return [*clean_home(settings.HOME), *clean_logs(Path(conf.get("logging", "base_log_folder")))]

    clean()
