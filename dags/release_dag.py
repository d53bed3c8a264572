"""The release: history → models → validate → publish.

Runs when every source has reported, and by the clock at the latest every day, so that a
source that no longer reports cannot hold a release up. If nothing has changed since the
last release, `history` says so and the rest is skipped.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import DAG, AssetAll, AssetOrTimeSchedule, CronTriggerTimetable, task

from dags import settings

_ASSETS = AssetAll(*(settings.asset(source) for source in settings.sources()))

with DAG(
    dag_id="release",
    dag_display_name="Release",
    description="History, entities, events; a checked release",
    doc_md=__doc__,
    schedule=AssetOrTimeSchedule(timetable=CronTriggerTimetable("0 6 * * *", timezone="UTC"), assets=_ASSETS)
    if settings.SCHEDULED
    else _ASSETS,
    catchup=False,
    max_active_runs=1,
    default_args=settings.DEFAULTS,
    tags=["release"],
) as release:

    @task.short_circuit
    def history() -> str | None:
        from dags import steps

        return steps.history(settings.HOME)

    @task
    def models(fingerprint: str) -> str:
        from dags import steps

        return steps.models(settings.HOME, fingerprint)

    @task(pool="gates")
    def validate(fingerprint: str, run_id: str | None = None) -> str:
        from dags import steps

        return steps.validate_release(settings.HOME, fingerprint, run_id)

    @task(outlets=[settings.RELEASE])
    def publish(fingerprint: str) -> dict[str, Any]:
        from dags import steps

        return steps.publish(settings.HOME, fingerprint)

    # what one task hands to the next is an XComArg here and its value in the task
    built: Any = history()
    linked: Any = models(built)
    checked: Any = validate(linked)
    publish(checked)
