-- From which day to which each record of a prisoner list stood where, as it was known by the end of `known`
-- (a date, UTC), or as it is known now: `since` the first day, `before` the first day after, empty as long as
-- nothing else was seen. `told_at` is when the version that tells it was first seen.
--
-- `basis` says by whose dates. `publisher`: by the list's own, as it gave them last: detained from the arrest to
-- the release or death, or, where none is told since, to the day on which we first saw them held. `history`: by
-- what the list said from the day on which we saw it say so. Of a date that is only a month or a year, or
-- between two days, no day counts on which it may not have been yet: an arrest counts from the end of it, a
-- release from its beginning. `seen`: whether nothing but our looking again tells how long it lasted.
CREATE OR REPLACE MACRO prisoner_spans(known := NULL) AS TABLE
WITH version AS (
    SELECT
        *,
        (valid_from AT TIME ZONE 'UTC')::DATE AS since,
        CASE WHEN known IS NULL OR (valid_to AT TIME ZONE 'UTC')::DATE <= known::DATE
            THEN (valid_to AT TIME ZONE 'UTC')::DATE END AS before,
        -- the last day on which the arrest may have been, the first one on which the end may have been
        CASE arrest_date_precision
            WHEN 'day' THEN arrest_date::DATE
            WHEN 'month' THEN last_day((arrest_date || '-01')::DATE)
            WHEN 'year' THEN (arrest_date || '-12-31')::DATE
        END AS arrested,
        CASE WHEN release_date_precision IN ('day', 'month', 'year')
            THEN rpad(release_date, 10, '-01')::DATE END AS released,
        CASE WHEN death_date_precision IN ('day', 'month', 'year')
            THEN rpad(death_date, 10, '-01')::DATE END AS died
    FROM prisoners
    WHERE known IS NULL OR (valid_from AT TIME ZONE 'UTC')::DATE <= known::DATE
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
marked AS (
    SELECT
        *,
        valid_from IS DISTINCT FROM lag(valid_to) OVER (PARTITION BY record_id ORDER BY valid_from)
            OR status <> lag(status) OVER (PARTITION BY record_id ORDER BY valid_from) AS starts
    FROM version
),
stretch AS (
    SELECT *, count(*) FILTER (starts) OVER (PARTITION BY record_id ORDER BY valid_from) AS stretch FROM marked
),
span AS (
    SELECT
        l.record_id, l.source_id, l.valid_from AS told_at, 'detained' AS status,
        l.arrested AS since, coalesce(l.ended, h.first_held) AS before, 'publisher' AS basis, false AS seen
    FROM last_word AS l
    LEFT JOIN seen_held AS h USING (record_id)
    WHERE l.arrested < coalesce(l.ended, h.first_held)
    UNION ALL
    SELECT
        record_id, source_id, valid_from, status,
        CASE status WHEN 'died' THEN died ELSE released END, before, 'publisher', true
    FROM last_word
    WHERE status IN ('released', 'died', 'exiled') AND end_precision = 'day'
    UNION ALL
    SELECT
        record_id, source_id, min(valid_from), status,
        min(since), CASE WHEN bool_or(before IS NULL) THEN NULL ELSE max(before) END, 'history', true
    FROM stretch
    GROUP BY record_id, source_id, status, stretch
)
FROM span WHERE since IS NOT NULL AND (before IS NULL OR since < before);
