-- From which day to which each record of a prisoner list stood where, as it was known by the end of `known`
-- (a date, UTC), or as it is known now: `since` the first day, `before` the first day after, empty as long as
-- nothing else was seen. `told_at` is when the version that tells it was first seen.
--
-- What we saw goes before what a date claims about a time when we looked: on a day on which the list was looked at
-- just those records are in it that the list had at its last look. `basis` says by whose dates it is known where.
-- `publisher`: by the list's own, as it gave them last, but for the days between looks that missed the record:
-- detained from the arrest to the release or death, or, where it gives none since, to the day on which we first saw
-- them held. `history`: by what the list said from the day on which we saw it say so. Of a
-- date that is only a month or a year, or between two days, no day counts on which it may not have been yet: an
-- arrest counts from the end of it, a release from its beginning. Who is to be released on a day to come is
-- detained until then. `seen`: whether only our looking again shows how long it lasted.
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
        -- the last day on which the arrest may have been, the first one on which the end may have been
        arrest_date_latest AS arrested, release_date_earliest AS released, death_date_earliest AS died
    FROM prisoners
    WHERE known IS NULL OR (valid_from AT TIME ZONE 'UTC')::DATE <= known::DATE
),
-- a time on the list, as read; `missed_on` is the day of the last look that did not have it
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
-- the days of which no look says that the list lacked it: around each time on the list, and before we looked
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
-- by the publisher's dates, whether the list had the record then or not
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
-- what each version says, of a release to come in two parts
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
