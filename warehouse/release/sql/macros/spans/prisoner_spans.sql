-- The periods of each record of a prisoner list with its status, as known by the end of `known` (a date, UTC), or now.
-- `since` is the first day, `before` the first day after; it is NULL as long as nothing else was observed. `told_at` is when
-- the version that states it was first seen.
--
-- For a time with observations, snapshots take precedence over dates: on a day with a snapshot, exactly the records in its
-- last snapshot are on the list. `basis` states whose dates are used.
-- `publisher`: the list's own dates, as last stated, except for days between observations that miss the record: detained
-- from the arrest to the release or death or, if neither is stated, to the day on which the person was first seen detained.
-- `history`: what the list states, from the day on which it was seen. If a date is only a month, a year or a range, days on
-- which the event may not have happened yet are excluded: an arrest counts from the end of it, a release from its beginning.
-- A person whose release is announced for a future day is detained until then. `seen`: whether the end of the period is known
-- only from observation.
CREATE OR REPLACE MACRO prisoner_spans(known := NULL) AS TABLE
WITH look AS (
    SELECT DISTINCT source_id, unnest([fetched_at, last_seen_at]) AS looked_at FROM snapshots WHERE gate = 'promoted'
),
version AS (
    SELECT
        *,
        (valid_from AT TIME ZONE 'UTC')::DATE AS since,
        CASE WHEN known IS NULL OR (valid_to AT TIME ZONE 'UTC')::DATE <= known::DATE
            THEN (valid_to AT TIME ZONE 'UTC')::DATE END AS before,
        -- the last possible day of the arrest, the first possible day of the end
        arrest_date_latest AS arrested, release_date_earliest AS released, death_date_earliest AS died
    FROM prisoners
    WHERE known IS NULL OR (valid_from AT TIME ZONE 'UTC')::DATE <= known::DATE
),
-- a period on the list, as read; `missed_on` is the day of the last observation without the record
marked AS (
    SELECT *, valid_from IS DISTINCT FROM lag(valid_to) OVER (PARTITION BY record_id ORDER BY valid_from) AS starts
    FROM version
),
numbered AS (
    SELECT *, count(*) FILTER (starts) OVER (PARTITION BY record_id ORDER BY valid_from) AS stretch FROM marked
),
stretch AS (
    SELECT
        record_id, source_id, stretch, min(valid_from) AS first_told,
        CASE WHEN bool_or(before IS NULL) THEN NULL ELSE max(before) END AS before
    FROM numbered
    GROUP BY record_id, source_id, stretch
),
came AS (
    SELECT s.*, (l.looked_at AT TIME ZONE 'UTC')::DATE AS missed_on
    FROM stretch AS s
    ASOF LEFT JOIN look AS l ON l.source_id = s.source_id AND l.looked_at < s.first_told
),
-- the days that no observation contradicts: around each period on the list, and before the first observation
listed AS (
    SELECT record_id, source_id, missed_on + 1 AS since, before FROM came
    UNION ALL
    SELECT c.record_id, c.source_id, NULL, (min(l.looked_at) AT TIME ZONE 'UTC')::DATE
    FROM came AS c
    JOIN look AS l ON l.source_id = c.source_id
    WHERE c.stretch = 1 AND c.missed_on IS NOT NULL
    GROUP BY ALL
),
last_word AS (
    SELECT
        *,
        CASE WHEN status = 'detained' THEN NULL WHEN released >= arrested THEN released ELSE died END AS ended,
        CASE status WHEN 'died' THEN death_date_precision ELSE release_date_precision END AS end_precision
    FROM version
    QUALIFY row_number() OVER (PARTITION BY record_id ORDER BY valid_from DESC) = 1
),
seen_held AS (
    SELECT l.record_id, min(greatest(v.since, l.arrested)) AS first_held
    FROM last_word AS l
    JOIN version AS v USING (record_id)
    WHERE v.status = 'detained' AND (v.before IS NULL OR v.before > l.arrested)
    GROUP BY l.record_id
),
-- by the publisher's dates, whether or not the list had the record then
dated AS (
    SELECT
        l.record_id, l.valid_from AS told_at, 'detained' AS status,
        l.arrested AS since, coalesce(l.ended, h.first_held) AS before, false AS seen
    FROM last_word AS l
    LEFT JOIN seen_held AS h USING (record_id)
    WHERE l.arrested < coalesce(l.ended, h.first_held)
    UNION ALL
    SELECT
        record_id, valid_from, status,
        CASE status WHEN 'died' THEN died ELSE released END, before, true
    FROM last_word
    WHERE status IN ('released', 'died', 'exiled') AND end_precision = 'day'
),
-- the content of each version; in two parts if it announces a release
part AS (
    SELECT
        record_id, source_id, valid_from, 'detained' AS status, since, least(before, released) AS before
    FROM version WHERE status = 'released' AND released > since
    UNION ALL
    SELECT
        record_id, source_id, valid_from, status,
        CASE WHEN status = 'released' THEN greatest(since, released) ELSE since END, before
    FROM version WHERE NOT coalesce(status = 'released' AND released > since AND before <= released, false)
),
marked_part AS (
    SELECT
        *,
        since IS DISTINCT FROM lag(before) OVER (PARTITION BY record_id ORDER BY valid_from, since)
            OR status <> lag(status) OVER (PARTITION BY record_id ORDER BY valid_from, since) AS starts
    FROM part
),
stretch_part AS (
    SELECT *, count(*) FILTER (starts) OVER (PARTITION BY record_id ORDER BY valid_from, since) AS stretch
    FROM marked_part
),
span AS (
    SELECT
        d.record_id, l.source_id, d.told_at, d.status,
        greatest(d.since, l.since) AS since, least(d.before, l.before) AS before, 'publisher' AS basis, d.seen
    FROM dated AS d
    JOIN listed AS l ON l.record_id = d.record_id
    UNION ALL
    SELECT
        record_id, source_id, min(valid_from), status,
        min(since), CASE WHEN bool_or(before IS NULL) THEN NULL ELSE max(before) END, 'history', true
    FROM stretch_part
    GROUP BY record_id, source_id, status, stretch
)
FROM span WHERE since IS NOT NULL AND (before IS NULL OR since < before);
