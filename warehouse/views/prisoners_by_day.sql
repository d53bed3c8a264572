-- How many people of each prisoner list stood where on any day: a row a day, list, status and gender, over
-- the days from the first arrest told to the newest snapshot.
--
-- `basis` says how the days are known. `publisher`: by the list's own dates, as it gives them now or gave
-- them last: detained from the arrest to the release or death, or, where none is told since, to the day on
-- which we first saw them held. `history`: all other days, by
-- what the list said on that day, as we saw it. Of a date that is only a month or a year, or between two
-- days, no day counts on which it may not have been yet: an arrest counts from the end of it, a release from
-- its beginning. People are counted once a list, but may stand on several lists.
CREATE OR REPLACE VIEW prisoners_by_day AS
WITH version AS (
    SELECT
        p.* EXCLUDE (valid_from, valid_to),
        (valid_from AT TIME ZONE 'UTC')::DATE AS since,
        coalesce(
            (valid_to AT TIME ZONE 'UTC')::DATE,
            (s.last_snapshot_at AT TIME ZONE 'UTC')::DATE + 1
        ) AS before,
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
    FROM prisoners AS p
    JOIN sources AS s USING (source_id)
),
last_word AS (
    SELECT
        *,
        CASE WHEN status = 'detained' THEN NULL WHEN released >= arrested THEN released ELSE died END AS ended,
        CASE status WHEN 'died' THEN death_date_precision ELSE release_date_precision END AS end_precision
    FROM version
    QUALIFY row_number() OVER (PARTITION BY record_id ORDER BY since DESC, before DESC) = 1
),
seen_held AS (
    SELECT l.record_id, min(greatest(v.since, l.arrested)) AS day
    FROM last_word AS l
    JOIN version AS v USING (record_id)
    WHERE v.status = 'detained' AND v.before > l.arrested
    GROUP BY l.record_id
),
span AS (
    SELECT record_id, 'detained' AS status, arrested AS since, coalesce(l.ended, h.day) AS before, 'publisher' AS basis
    FROM last_word AS l LEFT JOIN seen_held AS h USING (record_id)
    WHERE arrested < coalesce(l.ended, h.day)
    UNION ALL
    SELECT record_id, status, CASE status WHEN 'died' THEN died ELSE released END AS gone, before, 'publisher'
    FROM last_word
    WHERE status IN ('released', 'died', 'exiled') AND end_precision = 'day' AND gone < before
    UNION ALL
    SELECT record_id, status, since, before, 'history' FROM version WHERE since < before
),
day AS (
    SELECT unnest(generate_series(min(since), max(before) - 1, INTERVAL 1 DAY))::DATE AS day FROM span
),
-- the publisher's dates go before what we saw, the newer before the older
stood AS (
    SELECT d.day, s.record_id, arg_max(s.status, (s.basis, s.since)) AS status, max(s.basis) AS basis
    FROM day AS d
    JOIN span AS s ON s.since <= d.day AND d.day < s.before
    GROUP BY d.day, s.record_id
)
SELECT
    p.country, p.source_id, s.day, s.status, p.gender, s.basis, count(*) AS people
FROM stood AS s
JOIN last_word AS p USING (record_id)
GROUP BY ALL;
