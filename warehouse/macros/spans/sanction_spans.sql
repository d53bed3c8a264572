-- From which day to which each record stood on its sanctions list, as it was known by the end of `known`
-- (a date, UTC), or as it is known now: `since` the first day, `before` the first day after, empty as long as
-- nothing else was seen. `told_at` is when the version that tells it was first seen.
--
-- `basis` says by whose dates. `publisher`: from the list's own date of listing to the day on which we first
-- saw it there, or to its own date of delisting. `history`: from the day on which we saw it there to the
-- publisher's date of delisting or, where it gives none, to the day on which we first missed it. A date of
-- listing that one listed again brings along from before tells nothing. `seen`: whether nothing but our looking
-- again tells how long it lasted.
CREATE OR REPLACE MACRO sanction_spans(known := NULL) AS TABLE
WITH version AS (
    SELECT
        record_id, source_id, valid_from, valid_to, listing_date, delisting_date,
        (valid_from AT TIME ZONE 'UTC')::DATE AS since,
        CASE WHEN known IS NULL OR (valid_to AT TIME ZONE 'UTC')::DATE <= known::DATE
            THEN (valid_to AT TIME ZONE 'UTC')::DATE END AS before
    FROM sanctions
    WHERE known IS NULL OR (valid_from AT TIME ZONE 'UTC')::DATE <= known::DATE
),
marked AS (
    SELECT *, valid_from IS DISTINCT FROM lag(valid_to) OVER (PARTITION BY record_id ORDER BY valid_from) AS starts
    FROM version
    WHERE delisting_date IS NULL
),
listed AS (
    SELECT *, count(*) FILTER (starts) OVER (PARTITION BY record_id ORDER BY valid_from) AS stretch
    FROM marked
),
-- a time on the list, as read
stretch AS (
    SELECT
        record_id, source_id, stretch,
        min(valid_from) AS first_told, max(valid_from) AS last_told,
        min(since) AS since,
        CASE WHEN bool_or(before IS NULL) THEN NULL ELSE max(before) END AS before,
        arg_max(listing_date, valid_from) AS listing_date
    FROM listed
    GROUP BY record_id, source_id, stretch
),
-- what the publisher said last of when it ended, while the target stayed in its file; stretch 0 is before we looked
told AS (
    SELECT
        v.record_id, v.source_id, coalesce(s.stretch, 0) AS stretch, max(v.valid_from) AS valid_from,
        arg_max(v.delisting_date, v.valid_from) AS delisted,
        arg_max(v.listing_date, v.valid_from) AS listing_date
    FROM version AS v
    ASOF LEFT JOIN stretch AS s ON s.record_id = v.record_id AND s.last_told <= v.valid_from
    WHERE v.delisting_date IS NOT NULL
    GROUP BY ALL
),
stood AS (
    SELECT
        s.*, t.delisted,
        lag(s.listing_date) OVER (PARTITION BY s.record_id ORDER BY s.stretch) AS listed_before,
        lag(s.before) OVER (PARTITION BY s.record_id ORDER BY s.stretch) AS ended_before
    FROM stretch AS s
    LEFT JOIN told AS t ON t.record_id = s.record_id AND t.stretch = s.stretch
),
span AS (
    SELECT
        record_id, source_id, first_told AS told_at,
        greatest(listing_date, ended_before) AS since, least(since, delisted) AS before,
        'publisher' AS basis, false AS seen
    FROM stood
    WHERE listing_date IS DISTINCT FROM listed_before AND listing_date IS NOT NULL
    UNION ALL
    SELECT record_id, source_id, first_told, since, least(before, delisted), 'history', delisted IS NULL
    FROM stood
    UNION ALL
    SELECT record_id, source_id, last_told, before, delisted, 'publisher', false
    FROM stood WHERE delisted IS NOT NULL
    UNION ALL
    SELECT record_id, source_id, valid_from, listing_date, delisted, 'publisher', false
    FROM told WHERE stretch = 0
)
FROM span WHERE since IS NOT NULL AND (before IS NULL OR since < before);
