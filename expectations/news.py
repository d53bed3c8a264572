"""Checks of news metadata beyond the contracts.

GDELT finds events, places and numbers by machine and makes mistakes. A value outside of its scale is a fault
of the file, and its row goes to quarantine: a row of an article with the article, a row of an event with the
event and its mentions. What is odd but possible warns.
"""

from __future__ import annotations

from expectations.checks import LATEST, Check, between, column, not_after, rule

_DAY = "'%Y-%m-%d'"
_SCALES = ("tone_positive", "tone_negative", "tone_polarity", "activity_density", "self_density")
_MOST_SHARE = 100
_GOLDSTEIN = 10


def _language() -> Check:
    return column("match_regex", "lang", "warn", "lang is a code of two letters", regex="^[a-z]{2}$")


def _tone() -> Check:
    return between("tone", -100, 100, "quarantine")


def _published() -> Check:
    return rule(
        "published_by_now",
        not_after(f"strftime(published_at, {_DAY})", LATEST),
        "warn",
        "publication is not after the day of observation",
    )


def _seen() -> Check:
    return rule(
        "seen_by_now",
        not_after(f"strftime(seen_at, {_DAY})", LATEST),
        "warn",
        "it was not seen after the day of observation",
    )


def _decoded() -> Check:
    return rule(
        "title_is_decoded",
        "NOT regexp_matches(title, '&#x?[0-9a-fA-F]+;')",
        "warn",
        "99 % of the titles hold no character references",
        mostly=0.99,
    )


def _place(of: str = "") -> tuple[Check, ...]:
    return (
        between(f"{of}latitude", -90, 90, "quarantine"),
        between(f"{of}longitude", -180, 180, "quarantine"),
    )


CHECKS: dict[str, tuple[Check, ...]] = {
    "articles": (
        _published(),
        _seen(),
        _decoded(),
        _tone(),
        *(between(name, 0, _MOST_SHARE, "quarantine") for name in _SCALES),
        between("words", 0, None, "quarantine"),
        _language(),
    ),
    "sightings": (_published(), _decoded(), _language()),
    "article_places": _place(),
    "article_counts": (between("number", 0, None, "quarantine"), *_place()),
    "news_events": (
        rule(
            "happened_by_then",
            not_after(f"strftime(event_date, {_DAY})", f"strftime(seen_at + INTERVAL 1 DAY, {_DAY})"),
            "warn",
            "an event is not later than the day after it was seen",
        ),
        _seen(),
        between("goldstein", -_GOLDSTEIN, _GOLDSTEIN, "quarantine"),
        _tone(),
        *(between(name, 0, None, "quarantine") for name in ("mentions", "sources", "articles")),
        *_place(),
        *_place("actor1_"),
        *_place("actor2_"),
    ),
    "news_event_mentions": (
        rule(
            "seen_after_the_event",
            "seen_at >= event_seen_at",
            "warn",
            "an event is not mentioned before it was first seen",
        ),
        _seen(),
        between("confidence", 0, _MOST_SHARE, "quarantine"),
        between("sentence", 0, None, "quarantine"),
        between("document_length", 0, None, "quarantine"),
        _tone(),
        _language(),
    ),
}
