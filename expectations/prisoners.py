"""Checks of prisoner lists beyond the contracts.

Lists contain wrong dates, and a person can be arrested again after a verdict. An odd order of dates is
therefore a warning, and never a reason to leave a prisoner out. A record goes to quarantine only if it
cannot describe one person, which shows that columns or records were mixed up.
"""

from __future__ import annotations

from expectations.checks import LATEST, Check, certain, dates_read, has_primary_name, not_after, rule

MOST_MONTHS = 1_200

CHECKS: dict[str, tuple[Check, ...]] = {
    "prisoners": (
        rule(
            "born_before_arrest",
            not_after(certain("birth_date"), certain("arrest_date")),
            "quarantine",
            "birth is not after arrest",
        ),
        rule(
            "born_before_death",
            not_after(certain("birth_date"), certain("death_date")),
            "quarantine",
            "birth is not after death",
        ),
        rule(
            "arrested_before_verdict",
            not_after(certain("arrest_date"), certain("verdict_date")),
            "warn",
            "arrest is not after verdict",
        ),
        rule(
            "arrested_before_release",
            not_after(certain("arrest_date"), certain("release_date")),
            "warn",
            "arrest is not after release",
        ),
        rule(
            "verdict_before_release",
            not_after(certain("verdict_date"), certain("release_date")),
            "warn",
            "verdict is not after release",
        ),
        rule(
            "arrested_by_now",
            not_after(certain("arrest_date"), LATEST),
            "warn",
            "arrest is not after the day of observation",
        ),
        rule(
            "released_by_now",
            f"CASE WHEN status = 'released' THEN {not_after(certain('release_date'), LATEST)} END",
            "warn",
            "who is called released was released by the day of observation",
        ),
        rule(
            "dead_by_status",
            "CASE WHEN death_date IS NOT NULL THEN status = 'died' END",
            "warn",
            "who has a date of death has the status died",
        ),
        rule(
            "verdict_before_term_end",
            not_after(certain("verdict_date"), certain("term_end_date")),
            "warn",
            "verdict is not after the end of the term",
        ),
        rule(
            "no_term_without_end",
            "CASE WHEN sentence_kind IN ('fine', 'life', 'death') THEN sentence_months IS NULL END",
            "quarantine",
            "a fine, life and death are no number of months",
        ),
        rule(
            "sentence_in_reason",
            f"sentence_months > 0 AND sentence_months <= {MOST_MONTHS}",
            "quarantine",
            "a term is longer than nothing and no longer than a life",
        ),
        rule(
            "sentence_is_said",
            "CASE WHEN sentence_kind IS NOT NULL OR sentence_months > 0 THEN sentence_raw IS NOT NULL END",
            "warn",
            "what is read as a sentence stands there in the source's words",
        ),
        rule("is_designated", "recognised", "quarantine", "the source designates the person"),
        *dates_read("birth_date"),
        *dates_read("arrest_date"),
        *dates_read("verdict_date"),
        *dates_read("release_date"),
        *dates_read("term_end_date"),
        *dates_read("recognised_date"),
        *dates_read("death_date"),
        has_primary_name(),
    ),
}
