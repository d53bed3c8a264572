"""The release: history → models → validate → publish.

Runs by the clock, every 20 minutes, and when every source has reported. If nothing has changed since the
last release, or by the clock only streams of news that may wait, `history` says so and the rest is skipped.
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
        from pipeline import steps

        by_clock = dag_run.run_type == "scheduled"
        with failures.final_errors():
            return steps.history(settings.HOME, news_wait=settings.NEWS_WAIT if by_clock else None)

    @task
    def models(fingerprint: str) -> str:
        from pipeline import steps

        with failures.final_errors():
            return steps.models(settings.HOME, fingerprint)

    @task(pool="gates")
    def validate(fingerprint: str, run_id: str | None = None) -> str:
        from pipeline import steps

        with failures.final_errors():
            return steps.validate_release(settings.HOME, fingerprint, run_id)

    @task(outlets=[settings.RELEASE])
    def publish(fingerprint: str) -> dict[str, Any]:
        from pipeline import steps

        with failures.final_errors():
            return steps.publish(settings.HOME, fingerprint)

    # what one task hands to the next is an XComArg here and its value in the task
    built: Any = history()
    linked: Any = models(built)
    checked: Any = validate(linked)
    publish(checked)
