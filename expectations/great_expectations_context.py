"""Great Expectations: suites, validations and Data Docs of one process.

Great Expectations takes seconds to import: it is imported when a `Context` opens.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations.checks import Check
from expectations.verdict import Unit

if TYPE_CHECKING:
    import pandas as pd

# Great Expectations' own levels of severity, which its Data Docs and result files use.
_GX_SEVERITY = {"hold": "critical", "quarantine": "warning", "warn": "info"}

# Counts alone: neither a result nor a page of the Data Docs repeats a value of the data.
_COUNTS = {"result_format": "BASIC", "partial_unexpected_count": 0, "exclude_unexpected_values": True}


class Context:
    """An ephemeral context. Nothing is written to disk before `build_docs`, and nothing goes over the
    network."""

    def __init__(self) -> None:
        import great_expectations as gx  # takes seconds
        from great_expectations.data_context.types.base import (
            DataContextConfig,
            InMemoryStoreBackendDefaults,
            ProgressBarsConfig,
        )

        config = DataContextConfig(
            store_backend_defaults=InMemoryStoreBackendDefaults(),
            progress_bars=ProgressBarsConfig(globally=False),
            analytics_enabled=False,
        )
        self._gx = gx
        self._context = gx.get_context(mode="ephemeral", project_config=config)
        self._datasource = self._context.data_sources.add_pandas("vigil")
        self._validations: dict[str, tuple[list[Check], Any]] = {}

    def build_docs(self, folder: Path) -> Path:
        """Writes the Data Docs of all that the session validated into `folder`; returns index.html.

        Great Expectations adds 4 MB of fonts and styles that no page of it refers to: they are removed."""
        # Any: the library's type for it lacks show_how_to_buttons, which its SiteBuilder reads.
        site: Any = {
            "class_name": "SiteBuilder",
            "show_how_to_buttons": False,
            "store_backend": {
                "class_name": "TupleFilesystemStoreBackend",
                # Great Expectations puts variables of the environment in place of `$NAME`
                "base_directory": str(folder.absolute()).replace("$", r"\$"),
            },
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
        }
        self._context.add_data_docs_site(site_name="vigil", site_config=site)
        try:
            self._context.build_data_docs(["vigil"])
        finally:
            self._context.delete_data_docs_site("vigil")
        shutil.rmtree(folder / "static", ignore_errors=True)
        return folder / "index.html"

    def validate(self, unit: Unit, suite_name: str, frame: pd.DataFrame, checks: list[Check]) -> Any:
        """The results of `checks`, under the suite's name, for `frame`."""
        from great_expectations.core.run_identifier import RunIdentifier

        validation = self._validation(f"{unit.source_id or 'release'}.{suite_name}", checks)
        return validation.run(
            batch_parameters={"dataframe": frame},
            result_format=_COUNTS,
            run_id=RunIdentifier(run_name=unit.unit_id or "release", run_time=unit.seen_at),
        )

    def _suite(self, title: str, checks: Iterable[Check]) -> Any:
        """The checks as a suite, with their labels as meta and their meanings as notes."""
        classes = self._gx.expectations
        return self._gx.ExpectationSuite(
            name=title,
            expectations=[
                getattr(classes, "".join(part.capitalize() for part in check.expectation.split("_")))(
                    **check.kwargs,
                    severity=_GX_SEVERITY[check.severity],
                    notes=check.meaning,
                    meta={"label": check.label},
                )
                for check in checks
            ],
        )

    def _validation(self, title: str, checks: list[Check]) -> Any:
        """The validation called `title`; rebuilt only if its checks have changed."""
        before, validation = self._validations.get(title, (None, None))
        if before != checks:
            batches = (
                validation.data
                if validation
                else self._datasource.add_dataframe_asset(title).add_batch_definition_whole_dataframe(title)
            )
            suite = self._context.suites.add_or_update(self._suite(title, checks))
            validation = self._context.validation_definitions.add_or_update(
                self._gx.ValidationDefinition(name=title, data=batches, suite=suite)
            )
            self._validations[title] = checks, validation
        return validation
