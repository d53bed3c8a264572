"""One DAG a source of the registry: fetch → parse → validate → promote.

A source that cannot be fetched, read or believed does not stop the others: `promote` always
runs, keeps the source at its last good snapshot, writes down why, and updates the source's
asset so that the release goes out. `alarm` then fails the run if a task of it failed.

A run of a source by days is about the days of its data interval: Airflow's backfill goes through any
range of them. A backfill has several runs at once, but only one task of a source that fetches, judges
or promotes: each `promote` looks at all there is, so the last one has seen everything.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from airflow.sdk import DAG, CronDataIntervalTimetable, CronTriggerTimetable, Param, TriggerRule, task

from dags import settings
from sources.registry import Source


def _schedule(source: Source) -> CronDataIntervalTimetable | CronTriggerTimetable | None:
    if not settings.SCHEDULED:
        return None
    if source.content == "days":
        return CronDataIntervalTimetable(source.cron, timezone="UTC")
    return CronTriggerTimetable(source.cron, timezone="UTC")


def source_dag(source: Source) -> DAG:
    source_id = source.source_id
    # a list of a thousand pages, or a day of the news, at a publisher's pace; what breaks off is gone on
    # with by the retry
    patience = timedelta(hours=12 if source.content == "days" else 2)
    with DAG(
        dag_id=source_id,
        dag_display_name=source.title,
        description=f"{source.publisher}: fetch, parse, validate, promote",
        doc_md=f"# {source.title}\n\n{source.publisher}. {source.doc}\n\n"
        f"Licence: {source.licence}. Every {source.cadence}.",
        schedule=_schedule(source),
        catchup=False,
        max_active_runs=1,
        default_args=settings.DEFAULTS,
        tags=["source", source.family],
        params={
            "mirror": Param(None, type=["null", "string"], description="A mirror folder to read from."),
            "publisher": Param(
                settings.PUBLISHER, type=["null", "string"], description="A local publisher's address."
            ),
        },
    ) as dag:

        @task(pool="publishers", execution_timeout=patience, max_active_tis_per_dag=1)
        def fetch(
            params: dict[str, Any] | None = None,
            data_interval_start: datetime | None = None,
            data_interval_end: datetime | None = None,
        ) -> list[str]:
            from dags import steps

            where = params or {}
            return steps.fetch(
                settings.HOME,
                source_id,
                mirror=where.get("mirror"),
                publisher=where.get("publisher"),
                days=steps.whole_days(data_interval_start, data_interval_end),
            )

        @task(pool="parsers")
        def parse(unit_id: str) -> dict[str, Any]:
            from dags import steps

            return steps.parse(settings.HOME, source_id, unit_id)

        @task(pool="gates", trigger_rule=TriggerRule.ALL_DONE, max_active_tis_per_dag=1)
        def validate(run_id: str | None = None) -> dict[str, Any]:
            from dags import steps

            return steps.validate(settings.HOME, source_id, run_id)

        @task(
            trigger_rule=TriggerRule.ALL_DONE,
            outlets=[settings.asset(source)],
            max_active_tis_per_dag=1,
        )
        def promote() -> dict[str, Any]:
            from dags import steps

            return steps.promote(settings.HOME, source_id)

        @task(trigger_rule=TriggerRule.ONE_FAILED, retries=0)
        def alarm() -> None:
            raise RuntimeError(f"a task of {source_id} failed; its log says why")

        fetched, gate = fetch(), validate()
        parsed = parse.expand(unit_id=fetched)
        parsed >> gate >> promote()
        [fetched, parsed, gate] >> alarm()
    return dag


for _source in settings.sources():
    globals()[_source.source_id] = source_dag(_source)
