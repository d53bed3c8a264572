"""GDELT's Global Knowledge Graph 2.1: `*.gkg.csv.zip`, one row an article, 27 columns by tabs.

The files have no header and no quoting, so lines and columns are cut at line feeds and tabs alone.
What is read, by the codebook's column numbers (from 0): 0 GKGRECORDID, 1 DATE, 3 SourceCommonName,
4 DocumentIdentifier, 7 and 8 themes, 10 V2Locations, 11 to 14 persons and organizations, 15 V2Tone,
25 TranslationInfo, 26 Extras (title and time of publication). The rest (counts, images, quotations,
GCAM, all names, amounts) is passed over: the articles' metadata is wanted, not their contents.

All rows are worked on in Arrow and DuckDB; Python sees distinct codes and titles only.
"""

from __future__ import annotations

import html
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any, BinaryIO

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from contracts import contract
from transforms import articles, countries, names
from transforms.snapshot import FileReport, Snapshot, SourceFormatError

_COLUMNS = 27
_READ = {
    "record_id": 0,
    "date": 1,
    "domain": 3,
    "url": 4,
    "v1_themes": 7,
    "v2_themes": 8,
    "v2_locations": 10,
    "v1_persons": 11,
    "v2_persons": 12,
    "v1_organizations": 13,
    "v2_organizations": 14,
    "v2_tone": 15,
    "translation": 25,
    "extras": 26,
}
_OPTIONS = frozenset({"countries", "themes", "names"})

# Codes of GDELT's own or of FIPS that stand for no one country: oceans, the Paracel and Spratly Islands.
_NO_COUNTRY = frozenset({"OS", "PF", "PG"})

# A published file holds some 40 MB, packed about 4 to 1.
_MAX_BYTES = 512 * 1024 * 1024
_MAX_RATIO = 100

_CODES = pa.schema([("code", pa.string()), ("country", pa.string())])
_LANGS = pa.schema([("srclc", pa.string()), ("lang", pa.string())])

_MACROS = """
CREATE MACRO items(field) AS
    list_filter(list_transform(string_split(field, ';'), lambda x: trim(x)), lambda x: x <> '');
CREATE MACRO merged(v1, v2) AS
    list_sort(list_distinct(
        items(v1) || list_transform(items(v2), lambda x: regexp_replace(x, ',[0-9]+$', ''))));
CREATE MACRO tag(extras, name) AS
    regexp_extract(extras, '<' || name || '>(.*?)</' || name || '>', 1);
CREATE MACRO moment(text) AS
    CASE WHEN regexp_full_match(text, '[0-9]{14}') THEN try_strptime(text, '%Y%m%d%H%M%S') END;
"""

# A location is `type#name#country#adm1#adm2#lat#long#feature#offset`. The country is taken from the start
# of its ADM1 code: in the first days of GKG 2.1 the country column held another place's country
# (`4#Budapest, Budapest, Hungary#RS#HU05`); since then the two agree.
_READ_ROWS = """
CREATE TABLE rows_read AS
SELECT
    line, record_id, url, domain, moment(date) AS seen_at,
    list_transform(items(v2_locations), lambda x: {
        'country': split_part(x, '#', 3), 'fips': left(split_part(x, '#', 4), 2)}) AS places,
    list_distinct(list_transform(places, lambda p: if(p.fips = '', p.country, p.fips))) AS fips,
    merged(v1_themes, v2_themes) AS themes,
    merged(lower(v1_persons), lower(v2_persons)) AS persons,
    merged(lower(v1_organizations), lower(v2_organizations)) AS organizations,
    split_part(v2_tone, ',', 1) AS tone_raw,
    regexp_extract(translation, '(^|;)srclc:([^;]*)', 2) AS srclc,
    regexp_matches(record_id, '-T[0-9]+$') OR translation <> '' AS translated,
    tag(extras, 'PAGE_PRECISEPUBTIMESTAMP') AS published_raw,
    tag(extras, 'PAGE_TITLE') AS title_raw
FROM lines
"""

_BAD_ROWS = """
SELECT line, CASE WHEN trim(url) = '' THEN 'no document identifier' ELSE 'no date' END AS reason
FROM rows_read WHERE trim(url) = '' OR seen_at IS NULL ORDER BY line
"""

_FIPS = "SELECT code, count(*) FROM (SELECT unnest(fips) AS code FROM rows_read) GROUP BY code ORDER BY code"

_DISPLACED = """
SELECT count(*) FROM rows_read
WHERE len(list_filter(places, lambda p: p.fips <> '' AND p.country <> p.fips)) > 0
"""

_LANGUAGES = "SELECT DISTINCT srclc FROM rows_read WHERE translated ORDER BY srclc"

_KEPT = """
SELECT
    $file AS file, line, record_id, url, seen_at,
    nullif(trim(domain), '') AS domain,
    title_raw,
    CASE WHEN translated THEN languages.lang ELSE 'en' END AS lang,
    moment(published_raw) AS published_at,
    CASE WHEN isfinite(try_cast(tone_raw AS DOUBLE)) THEN try_cast(tone_raw AS DOUBLE) END AS tone,
    themes, persons, organizations,
    coalesce(
        (SELECT list(DISTINCT country ORDER BY country) FROM fips_countries WHERE list_contains(fips, code)),
        []
    ) AS countries,
    tone_raw, published_raw, srclc, translated
FROM rows_read LEFT JOIN languages USING (srclc)
WHERE trim(url) <> '' AND seen_at IS NOT NULL AND (
    $everything
    OR list_has_any(fips, $fips::VARCHAR[])
    OR list_has_any(themes, $themes::VARCHAR[])
    OR len(list_filter($names::VARCHAR[], lambda n:
        contains(array_to_string(persons || organizations, ';'), n))) > 0
)
ORDER BY line
"""

_ODD = """
SELECT 'language ' || CASE WHEN srclc = '' THEN 'not given' ELSE srclc END AS what
    FROM kept WHERE translated AND lang IS NULL
UNION ALL SELECT 'V2Tone: not a number' FROM kept WHERE tone IS NULL AND tone_raw <> ''
UNION ALL SELECT 'PAGE_PRECISEPUBTIMESTAMP: not a time' FROM kept
    WHERE published_at IS NULL AND published_raw <> ''
"""

# Of rows with one URL the one seen first stands for the article.
_ARTICLES = """
SELECT 'a-' || left(sha256(url), 16) AS article_id, $source_id AS source_id, *
FROM kept
QUALIFY row_number() OVER (PARTITION BY url ORDER BY seen_at, record_id, file, line) = 1
ORDER BY article_id
"""


def _read_member(name: str, stream: BinaryIO) -> bytes:
    """The one file in the zip; SourceFormatError if there is not one, it is damaged or far too large."""
    try:
        with zipfile.ZipFile(stream) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if len(members) != 1:
                raise SourceFormatError(f"{name}: {len(members)} files in the zip, not one")
            member = members[0]
            if member.file_size > _MAX_BYTES or member.file_size > _MAX_RATIO * max(member.compress_size, 1):
                raise SourceFormatError(
                    f"{name}: {member.file_size} bytes out of {member.compress_size}: not a GKG file"
                )
            # RuntimeError is what zipfile raises for an encrypted member.
            return archive.read(member)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise SourceFormatError(f"{name}: damaged zip: {error}") from error


def _lines(name: str, data: bytes, snapshot: Snapshot) -> pa.Table:
    """The lines of a file with 27 columns, as a table of those we read with `line`; others to quarantine.

    SourceFormatError if there is no such line at all.
    """
    if not data:
        raise SourceFormatError(f"{name}: empty file")
    text = data.decode("utf-8", errors="replace")
    if bad := text.count("\ufffd") - data.count("\ufffd".encode()):
        snapshot.unknown["bytes not UTF-8"] += bad
    lines = pc.list_flatten(pc.split_pattern(pa.array([text.removesuffix("\n")]), "\n"))
    cells = pc.split_pattern(lines, "\t")
    numbers = pa.array(range(1, len(lines) + 1), pa.int64())
    widths = pc.list_value_length(cells)
    whole = pc.equal(widths, _COLUMNS)
    good = cells.filter(whole)
    if not len(good):
        raise SourceFormatError(f"{name}: none of {len(lines)} lines has {_COLUMNS} columns")
    snapshot.files[name].declared = len(lines)
    wrong = pc.invert(whole)
    for number, width, line in zip(
        numbers.filter(wrong).to_pylist(),
        widths.filter(wrong).to_pylist(),
        lines.filter(wrong).to_pylist(),
        strict=True,
    ):
        snapshot.reject(name, f"line {number}", f"{width} columns, not {_COLUMNS}", line)
    columns = {column: pc.list_element(good, index) for column, index in _READ.items()}
    return pa.table({"line": numbers.filter(whole), **columns})


def _kept(name: str, lines: pa.Table, options: Mapping[str, Any], snapshot: Snapshot) -> pa.Table:
    """The rows of one file that the options ask for; those without an identifier or a date to quarantine."""
    with duckdb.connect(":memory:", config={"enable_external_access": False}) as db:
        db.execute(_MACROS)
        db.register("lines", lines)
        db.execute(_READ_ROWS)
        for line, reason in db.execute(_BAD_ROWS).fetchall():
            snapshot.reject(name, f"line {line}", reason)
        if displaced := db.execute(_DISPLACED).fetchall()[0][0]:
            snapshot.unknown["row with a place whose country is not that of its ADM1 code"] += displaced
        iso: dict[str, str] = {}
        for code, rows in db.execute(_FIPS).fetchall():
            if country := countries.from_fips(code):
                iso[code] = country
            elif code not in _NO_COUNTRY:
                snapshot.unknown[f"FIPS country code {code}"] += rows
        db.register("fips_countries", pa.table({"code": list(iso), "country": list(iso.values())}, _CODES))
        codes = [code for (code,) in db.execute(_LANGUAGES).fetchall()]
        langs = [articles.language(code) for code in codes]
        db.register("languages", pa.table({"srclc": codes, "lang": langs}, _LANGS))
        wanted = frozenset(options.get("countries", ()))
        return db.execute(
            _KEPT,
            {
                "file": name,
                "everything": not any(options.get(key) for key in _OPTIONS),
                "fips": [code for code, country in iso.items() if country in wanted],
                "themes": list(options.get("themes", ())),
                "names": [text.lower() for text in options.get("names", ())],
            },
        ).to_arrow_table()


def _titles(raw: pa.ChunkedArray) -> pa.Array:
    """Titles with their character references resolved; null where there is none."""
    coded = raw.combine_chunks().dictionary_encode()
    read = [names.clean(html.unescape(title)) or None for title in coded.dictionary.to_pylist()]
    return pa.array(read, pa.string()).take(coded.indices)


def _articles(source_id: str, kept: pa.Table, snapshot: Snapshot) -> pa.Table:
    """One row a URL, in the contract's form; counts what was odd, and each file's rows that stand for one."""
    with duckdb.connect(":memory:", config={"enable_external_access": False}) as db:
        db.register("kept", kept)
        snapshot.unknown.update(what for (what,) in db.execute(_ODD).fetchall())
        found = db.execute(_ARTICLES, {"source_id": source_id}).to_arrow_table()
    for file in found["file"].to_pylist():
        snapshot.files[file].parsed += 1
    found = found.append_column("title", _titles(found["title_raw"]))
    schema = contract("articles").parsed_schema
    return found.select(schema.names).cast(schema)


def parse(source_id: str, files: Mapping[str, BinaryIO], options: Mapping[str, Any]) -> Snapshot:
    """Reads the GKG files of a snapshot into `articles`.

    `options` says which rows are wanted; a row is kept if any of them fits, or if none is given:
    `countries` (ISO codes, one of which is among its places), `themes` (one of which it has), `names`
    (one of which stands within a person's or organization's name, in any case). What they leave out
    and the repetitions of a URL count as outside. A file that cannot be read as a whole is put into
    quarantine as one record; SourceFormatError if that is so of every file, ValueError for another
    option.
    """
    if other := sorted(options.keys() - _OPTIONS):
        raise ValueError(f"gdelt_gkg has no option {other[0]}")
    snapshot = Snapshot()
    kept: list[pa.Table] = []
    broken: list[str] = []
    for name in sorted(files):
        report = snapshot.files[name] = FileReport()
        try:
            lines = _lines(name, _read_member(name, files[name]), snapshot)
        except SourceFormatError as error:
            broken.append(str(error))
            report.declared = 1
            snapshot.reject(name, name, str(error))
            continue
        kept.append(_kept(name, lines, options, snapshot))
    if not kept:
        raise SourceFormatError(broken[0] if broken else "no file in the snapshot")
    snapshot.tables["articles"] = _articles(source_id, pa.concat_tables(kept), snapshot)
    for report in snapshot.files.values():
        report.outside = report.declared - report.quarantined - report.parsed
    return snapshot
