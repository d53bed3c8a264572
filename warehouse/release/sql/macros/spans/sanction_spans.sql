-- The periods of each record on its sanctions list, as known by the end of `known` (a date, UTC), or now. `since` is the first
-- day, `before` the first day after; it is NULL as long as nothing else was observed. `told_at` is when the version that
-- states it was first seen.
--
-- For a time with observations, snapshots take precedence over dates: on a day with a snapshot, exactly the records in its
-- last snapshot are on the list. `basis` states whose dates are used otherwise.
-- `publisher`: from the list's date of listing to the day on which the record was first seen there, unless an observation
-- after that date misses it: then the date belongs to another listing. For a target first seen when it was already delisted
-- but still in the file: to the list's date of delisting. `history`: from the day on which the record was seen to the
-- publisher's date of delisting, but not before the last observation that has it; without such a date, to the day on which
-- it was first missing. A delisting announced for a future day ends the period on that day. `seen`: whether the end of the
-- period is known only from observation.
CREATE OR REPLACE MACRO sanction_spans(known := NULL) AS TABLE
WITH look AS (
    SELECT DISTINCT source_id, unnest([fetched_at, last_seen_at]) AS looked_at FROM snapshots WHERE gate = 'promoted'
),
version AS (
    SELECT
        record_id, source_id, valid_from, valid_to, listing_date, delisting_date,
        (valid_from AT TIME ZONE 'UTC')::DATE AS since,
        CASE WHEN known IS NULL OR (valid_to AT TIME ZONE 'UTC')::DATE <= known::DATE
            THEN (valid_to AT TIME ZONE 'UTC')::DATE END AS before
    FROM sanctions
    WHERE known IS NULL OR (valid_from AT TIME ZONE 'UTC')::DATE <= known::DATE
),
listed AS (
    SELECT *, least(before, delisting_date) AS stands_before
    FROM version
    WHERE delisting_date IS NULL OR delisting_date > since
),
marked AS (
    SELECT
        *,
        valid_from IS DISTINCT FROM lag(valid_to) OVER (PARTITION BY record_id ORDER BY valid_from)
            OR lag(stands_before) OVER (PARTITION BY record_id ORDER BY valid_from) < since AS starts
    FROM listed
),
numbered AS (
    SELECT *, count(*) FILTER (starts) OVER (PARTITION BY record_id ORDER BY valid_from) AS stretch
    FROM marked
),
-- a period on the list, as read
stretch AS (
    SELECT
        record_id, source_id, stretch,
        min(valid_from) AS first_told, max(valid_from) AS last_told,
        min(since) AS since, max(valid_to) AS ended_at,
        CASE WHEN bool_or(stands_before IS NULL) THEN NULL ELSE max(stands_before) END AS before,
        arg_max(listing_date, valid_from) AS listing_date
    FROM numbered
    GROUP BY record_id, source_id, stretch
),
-- the publisher's last date for the end, while the target was still in its file; stretch 0 is before the first observation
off AS (
    SELECT
        v.record_id, v.source_id, coalesce(s.stretch, 0) AS stretch,
        coalesce(s.ended_at, min(v.valid_from)) AS ended_at, max(v.valid_from) AS valid_from, min(v.since) AS since,
        arg_max(v.delisting_date, v.valid_from) AS delisted,
        arg_max(v.listing_date, v.valid_from) AS listing_date
    FROM version AS v
    ASOF LEFT JOIN stretch AS s ON s.record_id = v.record_id AND s.last_told <= v.valid_from
    WHERE v.delisting_date <= v.since
    GROUP BY v.record_id, v.source_id, s.stretch, s.ended_at
),
-- `missed_on`: the day of the last observation without the record, or of its announced end
came AS (
    SELECT
        s.*,
        greatest(
            (l.looked_at AT TIME ZONE 'UTC')::DATE,
            lag(s.before) OVER (PARTITION BY s.record_id ORDER BY s.first_told)
        ) AS missed_on
    FROM stretch AS s
    ASOF LEFT JOIN look AS l ON l.source_id = s.source_id AND l.looked_at < s.first_told
),
-- `seen_on`: the day of the last observation before it was seen as delisted
went AS (
    SELECT o.*, (l.looked_at AT TIME ZONE 'UTC')::DATE AS seen_on
    FROM off AS o
    ASOF LEFT JOIN look AS l ON l.source_id = o.source_id AND l.looked_at < o.ended_at
),
span AS (
    SELECT
        record_id, source_id, first_told AS told_at,
        greatest(listing_date, missed_on + 1) AS since, since AS before, 'publisher' AS basis, false AS seen
    FROM came
    WHERE listing_date >= coalesce(missed_on, listing_date)
    UNION ALL
    SELECT
        c.record_id, c.source_id, c.first_told,
        c.since, least(c.before, greatest(w.delisted, w.seen_on + 1)), 'history', w.delisted IS NULL
    FROM came AS c
    LEFT JOIN went AS w ON w.record_id = c.record_id AND w.stretch = c.stretch
    UNION ALL
    SELECT
        record_id, source_id, valid_from,
        greatest(listing_date, seen_on + 1), least(delisted, since), 'publisher', false
    FROM went
    WHERE stretch = 0 AND listing_date >= coalesce(seen_on, listing_date)
)
FROM span WHERE since IS NOT NULL AND (before IS NULL OR since < before);
