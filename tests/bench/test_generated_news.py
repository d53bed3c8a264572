from __future__ import annotations

import hashlib
import re
import zipfile
from datetime import date
from pathlib import Path

import pytest

from tests.bench import generated_news

DAY = date(2024, 2, 29)
COLUMNS = {"gkg.csv": 27, "export.CSV": 61, "mentions.CSV": 16}


@pytest.fixture(scope="module")
def real(shared_data: Path) -> Path:
    folder = shared_data / "gdelt"
    if not folder.is_dir():
        pytest.skip("no real slices of GDELT beside the project (shared/data/gdelt)")
    return folder


@pytest.fixture(scope="module")
def made(real: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, generated_news.Made]:
    """A small day: two quarters of an hour."""
    folder = tmp_path_factory.mktemp("day")
    return folder, generated_news.day(folder, DAY, files=2, megabytes=3, seed=1, real=real, workers=1)


def rows(folder: Path, kind: str) -> dict[str, list[list[str]]]:
    """The rows of every file of a kind, by the start of the file's name."""
    found = {}
    for path in sorted(folder.glob(f"*.{kind}.zip")):
        with zipfile.ZipFile(path) as archive:
            assert archive.namelist() == [path.name.removesuffix(".zip")]
            text = archive.read(archive.namelist()[0]).decode()  # checks the sum too
        assert text.endswith("\n")
        found[path.name.removesuffix(f".{kind}.zip")] = [line.split("\t") for line in text[:-1].split("\n")]
    return found


def test_a_day_has_the_three_files_of_both_streams_each_quarter_of_an_hour(
    made: tuple[Path, generated_news.Made],
) -> None:
    folder, told = made
    starts = [f"20240229{t}00{stream}" for t in ("0000", "0015") for stream in ("", ".translation")]
    for kind, width in COLUMNS.items():
        found = rows(folder, kind)
        assert sorted(found) == sorted(starts)
        assert {len(row) for each in found.values() for row in each} == {width}
        assert told.rows[kind.split(".")[0]] == sum(map(len, found.values()))
    assert told.files == 12


def test_files_are_of_the_size_asked_for(made: tuple[Path, generated_news.Made]) -> None:
    folder, told = made
    sizes = []
    for path in folder.glob("*.gkg.csv.zip"):
        with zipfile.ZipFile(path) as archive:
            sizes.append(archive.infolist()[0].file_size)
    row = 50_000
    assert all(3e6 * 2 / 3 <= size <= 3e6 * 4 / 3 + row for size in sizes)
    assert 2.7 < told.unzipped / told.packed < 3.5


def test_ids_and_addresses_are_distinct_and_times_are_of_their_quarter(
    made: tuple[Path, generated_news.Made],
) -> None:
    ids, urls, others, count = set(), set(), [], 0
    for start, articles in rows(made[0], "gkg.csv").items():
        stamp, _, translated = start.partition(".")
        for row in articles:
            assert row[1] == stamp
            assert re.fullmatch(rf"{stamp}-{'T' if translated else ''}\d+", row[0])
            assert row[25].startswith("srclc:") == bool(translated)
            assert row[3] in row[4] or row[2] != "1"
            for published in re.findall("<PAGE_PRECISEPUBTIMESTAMP>(.*?)<", row[26]):
                assert "20240229000000" <= published <= stamp
            assert row[26].count("<PAGE_TITLE>") == 1
            ids.add(row[0])
            urls.add(row[4])
            others += re.findall("<PAGE_ALTURL_[A-Z]+>(.*?)<", row[26])
            count += 1
    assert len(set(others)) == len(others) > 0
    assert len(ids) == len(urls) == count


def test_events_and_mentions_tell_of_articles_of_their_quarter(
    made: tuple[Path, generated_news.Made],
) -> None:
    articles, events, mentions = (rows(made[0], kind) for kind in COLUMNS)
    numbers = [row[0] for each in events.values() for row in each]
    assert len(set(numbers)) == len(numbers)
    for start, found in events.items():
        stamp = start.split(".", maxsplit=1)[0]
        urls = {row[4] for row in articles[start]}
        assert {row[59] for row in found} == {row[2] for row in mentions[start]} == {stamp}
        assert {row[60] for row in found} | {row[5] for row in mentions[start]} <= urls
        assert all(
            row[1] <= stamp[:8] and row[1].startswith(row[2]) and row[2].startswith(row[3]) for row in found
        )
        known = [row for row in mentions[start] if row[0] in {event[0] for event in found}]
        assert len(known) >= len(mentions[start]) / 3
        assert {row[1] for row in known} == {stamp}


def test_as_many_rows_tell_of_a_country_as_in_the_real_slices(
    made: tuple[Path, generated_news.Made], real: Path
) -> None:
    def share(articles: list[list[str]], country: str) -> float:
        return sum(f"#{country}#" in row[10] for row in articles) / len(articles)

    slices = [row for folder in real.iterdir() for each in rows(folder, "gkg.csv").values() for row in each]
    for country in ("RS", "CH", "CU"):
        assert share(slices, country) > 0
    generated = [row for each in rows(made[0], "gkg.csv").values() for row in each]
    for country in ("RS", "CH", "CU", "US"):
        assert share(generated, country) == pytest.approx(share(slices, country), abs=0.02)


def test_names_are_partly_new(made: tuple[Path, generated_news.Made], real: Path) -> None:
    def persons(articles: list[list[str]]) -> set[str]:
        return {name for row in articles for name in row[11].split(";") if name}

    slices = persons([row for f in real.iterdir() for each in rows(f, "gkg.csv").values() for row in each])
    generated = [row for each in rows(made[0], "gkg.csv").values() for row in each]
    assert len(persons(generated) - slices) > 100
    assert len(persons(generated) & slices) > 100


def test_master_lists_give_each_file_s_size_and_sum(made: tuple[Path, generated_news.Made]) -> None:
    folder, told = made
    listed = {}
    for name, mark in (("masterfilelist.txt", False), ("masterfilelist-translation.txt", True)):
        for line in (folder / name).read_text("ascii").splitlines():
            size, md5, url = line.split(" ")
            assert url.startswith("http://data.gdeltproject.org/gdeltv2/")
            assert (".translation." in url) == mark
            listed[url.rsplit("/", 1)[1]] = (int(size), md5)
    files = {path.name: path.read_bytes() for path in folder.glob("*.zip")}
    assert listed == {
        name: (len(data), hashlib.md5(data, usedforsecurity=False).hexdigest())
        for name, data in files.items()
    }
    assert told.packed == sum(map(len, files.values()))


def test_equal_seeds_give_equal_days_however_many_work(real: Path, tmp_path: Path) -> None:
    for name, seed, workers in (("one", 1, 1), ("two", 1, 2), ("other", 2, 1)):
        generated_news.day(
            tmp_path / name, DAY, files=1, megabytes=0.2, seed=seed, real=real, workers=workers
        )

    def content(name: str) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()}

    assert content("one") == content("two")
    assert content("one").keys() == content("other").keys()
    assert content("one") != content("other")


def test_two_days_share_no_address(real: Path, tmp_path: Path) -> None:
    found = []
    for name, day in (("one", DAY), ("two", date(2024, 3, 1))):
        generated_news.day(tmp_path / name, day, files=1, megabytes=0.2, seed=1, real=real, workers=1)
        found += [row[4] for each in rows(tmp_path / name, "gkg.csv").values() for row in each]
    assert len(set(found)) == len(found)


def test_without_the_slices_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no real gkg"):
        generated_news.day(tmp_path / "day", DAY, seed=1, real=tmp_path / "none")
