"""One DAG a source of the registry: fetch → parse → validate → promote.

A source that cannot be fetched, read or validated does not stop the others: `promote` always runs, keeps the
source at its last good snapshot, records why, and updates the source's asset so that the release is made.
`alarm` then fails the run, with the reasons, if one of its tasks failed or the source is held; otherwise it
is skipped.

A run of a source by days fetches the days of its data interval, so Airflow's backfill covers any range of
days. A backfill has several runs at once, but only one task of a source that fetches, validates or promotes
at a time: each `promote` evaluates all snapshots, so the last one has seen everything.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from airflow.sdk import (
    DAG,
    CronDataIntervalTimetable,
    CronTriggerTimetable,
    Param,
    TriggerRule,
    get_parsing_context,
    task,
)

from dags import failures, settings
from sources.registry import Source


def _schedule(source: Source) -> CronDataIntervalTimetable | CronTriggerTimetable | None:
    if not settings.SCHEDULED:
        return None
    if source.content == "days":
        return CronDataIntervalTimetable(source.cron, timezone="UTC")
    return CronTriggerTimetable(source.cron, timezone="UTC")


def source_dag(source: Source) -> DAG:
    source_id, promoted = source.source_id, settings.asset(source)
    # for a list of a thousand pages, or a day of news; a retry resumes what was interrupted
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
            run_id: str | None = None,
            ti: Any = None,
        ) -> list[str]:
            from pipeline.fetching import fetch_source, whole_days
            from sources.archive.origin import MixedHome

            where = params or {}
            with failures.reported(ti):
                if settings.PUBLISHER and not where.get("publisher"):
                    raise MixedHome("an Airflow with VIGIL_PUBLISHER reads samples alone: unset it")
                return fetch_source(
                    settings.HOME,
                    source_id,
                    mirror=where.get("mirror"),
                    publisher=where.get("publisher"),
                    days=whole_days(data_interval_start, data_interval_end),
                    run_id=run_id,
                )

        @task(pool="parsers")
        def parse(unit_id: str, ti: Any = None) -> dict[str, Any]:
            from pipeline.parsing import parse_snapshot

            with failures.reported(ti):
                return parse_snapshot(settings.HOME, source_id, unit_id)

        @task(pool="gates", trigger_rule=TriggerRule.ALL_DONE, max_active_tis_per_dag=1)
        def validate(run_id: str | None = None, ti: Any = None) -> dict[str, Any]:
            from pipeline.validation import validate_source

            with failures.reported(ti):
                return validate_source(settings.HOME, source_id, run_id)

        @task.short_circuit(
            trigger_rule=TriggerRule.ALL_DONE,
            outlets=[promoted],
            max_active_tis_per_dag=1,
        )
        def promote(
            data_interval_start: datetime | None = None,
            data_interval_end: datetime | None = None,
            run_id: str | None = None,
            outlet_events: Any = None,
            ti: Any = None,
        ) -> list[str]:
            from pipeline.fetching import whole_days
            from pipeline.promotion import promote_source
            from pipeline.reports import list_alarms, summarize_source

            with failures.reported(ti):
                done = promote_source(settings.HOME, source_id, run_id)
                summary = summarize_source(settings.HOME, source_id)
                outlet_events[promoted].extra.update({"changed": done["changed"], **summary})
                days = whole_days(data_interval_start, data_interval_end)
                return list_alarms(settings.HOME, source_id, failures.errors_of_run(ti), days)

        @task(trigger_rule=TriggerRule.ALL_DONE, retries=0, on_failure_callback=settings.ON_FAILURE)
        def alarm(ti: Any = None) -> None:
            from airflow.sdk.exceptions import AirflowFailException

            from pipeline.reports import list_alarms

            found = ti.xcom_pull(task_ids="promote")
            found = found or list_alarms(settings.HOME, source_id, failures.errors_of_run(ti))
            raise AirflowFailException("; ".join(found))

        fetched, gate, done = fetch(), validate(), promote()
        parsed = parse.expand(unit_id=fetched)
        parsed >> gate >> done >> alarm()
    return dag


_wanted = get_parsing_context().dag_id  # in a task's process, the DAG of the task alone
for _source in settings.sources():
    if _wanted in {None, _source.source_id}:
        globals()[_source.source_id] = source_dag(_source)
