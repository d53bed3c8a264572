"""The release: history → models → validate → publish.

Runs by the clock, every 20 minutes, and when every source has been updated. If nothing has changed since the
last release, or by the clock only streams of news that may wait, `history` logs it and the rest is skipped.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import DAG, AssetAll, AssetOrTimeSchedule, CronTriggerTimetable, task

from dags import failures, settings

_ASSETS = AssetAll(*(settings.asset(source) for source in settings.sources()))

with DAG(
    dag_id="release",
    dag_display_name="Release",
    description="History, entities, events; a checked release",
    doc_md=__doc__,
    schedule=AssetOrTimeSchedule(
        timetable=CronTriggerTimetable(settings.RELEASE_CRON, timezone="UTC"), assets=_ASSETS
    )
    if settings.SCHEDULED
    else _ASSETS,
    catchup=False,
    max_active_runs=1,
    default_args={**settings.DEFAULTS, "on_failure_callback": settings.ON_FAILURE},
    tags=["release"],
) as release:

    @task.short_circuit
    def history(dag_run: Any = None) -> str | None:
        from pipeline.releasing import build_history

        by_clock = dag_run.run_type == "scheduled"
        with failures.final_errors():
            return build_history(settings.HOME, news_wait=settings.NEWS_WAIT if by_clock else None)

    @task
    def models(work_id: str) -> str:
        from pipeline.releasing import build_models

        with failures.final_errors():
            return build_models(settings.HOME, work_id)

    @task(pool="gates")
    def validate(work_id: str, run_id: str | None = None) -> str:
        from pipeline.releasing import validate_release

        with failures.final_errors():
            return validate_release(settings.HOME, work_id, run_id)

    @task(outlets=[settings.RELEASE])
    def publish(work_id: str) -> dict[str, Any]:
        from pipeline.releasing import publish_release

        with failures.final_errors():
            return publish_release(settings.HOME, work_id)

    # what one task hands to the next is an XComArg here and its value in the task
    built: Any = history()
    linked: Any = models(built)
    checked: Any = validate(linked)
    publish(checked)
