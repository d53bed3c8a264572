"""What we know of news metadata beyond the contract."""

from __future__ import annotations

from expectations.checks import LATEST, Check, column, not_after, rule

CHECKS: dict[str, tuple[Check, ...]] = {
    "articles": (
        rule(
            "published_by_now",
            not_after("strftime(published_at, '%Y-%m-%d')", LATEST),
            "warn",
            "publication is not after the day of observation",
        ),
        rule(
            "title_is_decoded",
            "NOT regexp_matches(title, '&#x?[0-9a-fA-F]+;')",
            "warn",
            "99 % of the titles hold no character references",
            mostly=0.99,
        ),
        column(
            "be_between",
            "tone",
            "quarantine",
            "tone is from -100 to 100",
            min_value=-100.0,
            max_value=100.0,
        ),
        column("match_regex", "lang", "warn", "lang is a code of two letters", regex="^[a-z]{2}$"),
    ),
}
