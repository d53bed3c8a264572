"""Checks of sanctions lists beyond the contracts.

A record in quarantine keeps its last good version, so that its changes are not published. What is merely odd
at the publisher therefore warns; a record goes to quarantine only if our parser mixed up rows.
"""

from __future__ import annotations

from expectations.checks import (
    LATEST,
    Check,
    are_read,
    certain,
    dates_read,
    has_primary_name,
    not_after,
    rule,
)


def _all_read(column: str) -> tuple[Check, ...]:
    sql = f"CASE WHEN len({column}_raw) > 0 THEN len({column}) > 0 END"
    return are_read(
        f"{column}_are_read", sql, f"the records with {column} have one that can be read", "records"
    )


def _country_read() -> tuple[Check, ...]:
    sql = "CASE WHEN country_raw IS NOT NULL THEN country IS NOT NULL END"
    return are_read("country_is_read", sql, "the countries given have a code")


def _summed_up(table: str, value: str) -> Check:
    """The list column of `sanctions` that is called like a child table holds just the rows' `value`."""
    rows = (
        f"SELECT list_sort(list(DISTINCT {value})) FROM {table} AS child "  # noqa: S608  our own SQL
        f"WHERE child.record_id = sanctions.record_id AND {value} IS NOT NULL"
    )
    return rule(
        f"{table}_sum_up_their_rows",
        f"list_sort({table}) = coalesce(({rows}), [])",
        "quarantine",
        f"{table} are those of the table {table}",
    )


def _known(date: str) -> str:
    return f"strftime({date}, '%Y-%m-%d')"


_PEOPLE = "(SELECT s.record_id FROM sanctions AS s WHERE s.schema = 'Person')"
_SHIPS = "(SELECT s.record_id FROM sanctions AS s WHERE s.schema = 'Vessel')"

# The seven digits of an IMO number, and the sum that its last digit is the end of.
_IMO = "regexp_extract(number, '(^|[^0-9])([0-9]{7})([^0-9]|$)', 2)"
_IMO_SUM = " + ".join(f"substr({_IMO}, {place}, 1)::INTEGER * {8 - place}" for place in range(1, 7))

CHECKS: dict[str, tuple[Check, ...]] = {
    "sanctions": (
        rule(
            "listed_by_now",
            not_after(_known("listing_date"), LATEST),
            "warn",
            "the listing is not after the day of observation",
        ),
        rule(
            "delisted_by_now",
            not_after(_known("delisting_date"), LATEST),
            "warn",
            "the delisting is not after the day of observation",
        ),
        rule(
            "listed_before_delisting",
            not_after(_known("listing_date"), _known("delisting_date")),
            "warn",
            "the delisting is not before the listing",
        ),
        rule(
            "born_before_listing",
            "len(list_filter(birth_dates, lambda born: NOT ("
            + not_after("rtrim(born, '~')", _known("listing_date"))
            + "))) = 0",
            "warn",
            "no date of birth is after the listing",
        ),
        rule(
            "only_people_are_born",
            "schema IN ('Person', 'LegalEntity') OR len(birth_dates) = 0",
            "warn",
            "only people, and targets of unsaid kind, have dates of birth",
        ),
        *_all_read("birth_dates"),
        *_all_read("nationalities"),
        _summed_up("programs", "program"),
        _summed_up("nationalities", "country"),
        _summed_up("birth_dates", "birth_date || if(birth_date_precision = 'circa', '~', '')"),
        rule(
            "position_sums_up_its_rows",
            "(position IS NOT NULL) = (record_id IN (SELECT p.record_id FROM positions AS p))",
            "quarantine",
            "position is there if the table positions has rows",
        ),
        has_primary_name(),
    ),
    "birth_dates": (
        *dates_read("birth_date"),
        rule(
            "born_by_now",
            not_after(certain("birth_date"), LATEST),
            "warn",
            "birth is not after the day of observation",
        ),
        rule("born_since_1850", "left(birth_date, 4) >= '1850'", "warn", "birth is not before 1850"),
    ),
    "nationalities": (
        *_country_read(),
        rule(
            "people_have_no_flag",
            f"CASE WHEN kind IN ('flag', 'registration') THEN record_id NOT IN {_PEOPLE} END",
            "warn",
            "only ships, aircraft and bodies have a flag or a registration",
        ),
    ),
    "positions": (
        rule("position_is_words", "regexp_matches(position, '\\p{L}')", "warn", "position holds letters"),
    ),
    "programs": (
        rule(
            "act_by_now",
            not_after(_known("legal_basis_date"), LATEST),
            "warn",
            "the act is not after the day of observation",
        ),
        rule(
            "act_has_an_address",
            "regexp_matches(legal_basis_url, '^https?://[^ ]+$')",
            "warn",
            "legal_basis_url is an address",
        ),
    ),
    "particulars": (
        rule(
            "quantity_is_a_number",
            "CASE WHEN property IN ('deadweight', 'gross_tonnage', 'length', 'tonnage')"
            " THEN regexp_matches(value, '[0-9]') END",
            "warn",
            "95 % of the sizes hold a number",
            mostly=0.95,
        ),
        rule(
            "date_holds_a_year",
            "CASE WHEN property IN ('build_date', 'established')"
            " THEN regexp_matches(value, '(^|[^0-9])(1[89]|20)[0-9]{2}([^0-9]|$)') END",
            "warn",
            "95 % of the dates of building and founding hold a year",
            mostly=0.95,
        ),
        rule(
            "website_holds_an_address",
            "CASE WHEN property = 'website' THEN regexp_matches(value, '[^ ][.][^ ]') END",
            "warn",
            "95 % of the web sites hold an address",
            mostly=0.95,
        ),
    ),
    "identifiers": (
        *_country_read(),
        rule(
            "imo_has_seven_digits",
            f"CASE WHEN type = 'imo' THEN {_IMO} <> '' END",
            "warn",
            "95 % of the IMO numbers hold seven digits",
            mostly=0.95,
        ),
        rule(
            "imo_check_digit_holds",
            f"CASE WHEN type = 'imo' AND {_IMO} <> '' AND record_id IN {_SHIPS}"
            f" THEN ({_IMO_SUM}) % 10 = right({_IMO}, 1)::INTEGER END",
            "warn",
            "the last digit of 95 % of the ships' IMO numbers is that of the others' sum",
            mostly=0.95,
        ),
        rule(
            "wallet_is_one_word",
            "CASE WHEN type = 'crypto_wallet' THEN NOT regexp_matches(number, '\\s') END",
            "warn",
            "a digital currency address holds no spaces",
        ),
    ),
    "addresses": _country_read(),
}
