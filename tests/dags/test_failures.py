"""Which errors of a step end its task at once, and which are tried again."""

from __future__ import annotations

import pytest
from airflow.sdk.exceptions import AirflowFailException

from dags.failures import final_errors
from pipeline.releasing import NothingToRelease
from sources.archive.origin import MixedHome
from sources.fetching.fetcher import FetchError
from sources.fetching.mirror import MirrorError
from sources.registry import RegistryError
from storage.files import StorageError
from warehouse.privacy.suppression_list import SuppressionError
from warehouse.release.decisions import DecisionError
from warehouse.release.publication import ReleaseRefused


@pytest.mark.parametrize(
    "error",
    [
        MixedHome("samples and lists"),
        NothingToRelease("nothing"),
        ReleaseRefused("refused"),
        DecisionError("line 3"),
        MirrorError("no folder"),
        RegistryError("no such source"),
        SuppressionError("no salt"),
    ],
)
def test_what_waiting_cannot_heal_is_not_tried_again(error: Exception) -> None:
    with pytest.raises(AirflowFailException, match=str(error)) as raised, final_errors():
        raise error
    assert raised.value.__cause__ is error


@pytest.mark.parametrize(
    "error", [FetchError("503"), StorageError("disk full"), OSError("no space"), KeyError("a bug")]
)
def test_what_may_heal_is_tried_again(error: Exception) -> None:
    with pytest.raises(type(error)) as raised, final_errors():
        raise error
    assert raised.value is error
