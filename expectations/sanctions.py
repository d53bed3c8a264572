"""What we know of sanctions lists beyond the contracts.

A target that goes to quarantine looks delisted to a reader in a hurry, so what is merely odd at
the publisher warns.
"""

from __future__ import annotations

from expectations.checks import LATEST, Check, has_primary_name, not_after, rule


def _all_read(column: str) -> Check:
    return rule(
        f"{column}_are_read",
        f"CASE WHEN len({column}_raw) > 0 THEN len({column}) > 0 END",
        "warn",
        f"95 % of the records with {column} have one that can be read",
        mostly=0.95,
    )


def _country_read() -> Check:
    return rule(
        "country_is_read",
        "CASE WHEN country_raw IS NOT NULL THEN country IS NOT NULL END",
        "warn",
        "95 % of the countries given have a code",
        mostly=0.95,
    )


CHECKS: dict[str, tuple[Check, ...]] = {
    "sanctions": (
        rule(
            "listed_by_now",
            not_after("strftime(listing_date, '%Y-%m-%d')", LATEST),
            "warn",
            "the listing is not after the day of observation",
        ),
        rule(
            "born_before_listing",
            "len(list_filter(birth_dates, lambda born: NOT ("
            + not_after("rtrim(born, '~')", "strftime(listing_date, '%Y-%m-%d')")
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
        _all_read("birth_dates"),
        _all_read("nationalities"),
        has_primary_name(),
    ),
    "identifiers": (
        _country_read(),
        rule(
            "imo_has_seven_digits",
            "CASE WHEN type = 'imo' THEN regexp_matches(number, '(^|[^0-9])[0-9]{7}([^0-9]|$)') END",
            "warn",
            "95 % of the IMO numbers hold seven digits",
            mostly=0.95,
        ),
    ),
    "addresses": (_country_read(),),
}
