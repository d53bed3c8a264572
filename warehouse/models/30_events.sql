-- What happened, and when we learnt it. A publisher's own date where there is one, else the window
-- between the last snapshot that did not tell and the first that did. Nothing is read into a
-- record's leaving a prisoner list; leaving a sanctions list is how most of these lists delist.
CREATE OR REPLACE TABLE events AS
WITH stood AS (
    SELECT
        p.*,
        -- of one first seen as delisted we cannot have seen the coming
        CASE WHEN p.until IS DISTINCT FROM p.since THEN seen.previous_seen_at END AS not_yet_seen_at,
        gone.previous_seen_at AS last_seen_at,
        lead(p.since) OVER (PARTITION BY p.record_id ORDER BY p.since) AS next_since
    FROM standing AS p
    JOIN observation AS seen ON seen.source_id = p.source_id AND seen.observed_at = p.since
    LEFT JOIN observation AS gone ON gone.source_id = p.source_id AND gone.observed_at = p.until
),
-- a date of listing that a version brings: one listed again may keep the old one, which then tells nothing
dated AS (
    SELECT
        record_id, valid_from,
        CASE WHEN listing_date IS DISTINCT FROM lag(listing_date) OVER (PARTITION BY record_id ORDER BY valid_from)
            THEN listing_date END AS day
    FROM version
),
came AS (
    SELECT
        CASE s.family WHEN 'sanctions' THEN 'listed' ELSE 'appeared' END AS event_type,
        s.record_id, s.source_id, s.read_from AS observed_at,
        d.day, s.not_yet_seen_at AS after, s.since AS before,
        CASE WHEN d.day IS NOT NULL THEN json_object('basis', 'publisher')
            ELSE json_object('basis', 'appearance', 'not_yet_seen', s.not_yet_seen_at, 'first_seen', s.since)
        END AS details
    FROM stood AS s
    JOIN dated AS d ON d.record_id = s.record_id AND d.valid_from = s.read_from
    WHERE s.not_yet_seen_at IS NOT NULL OR d.day IS NOT NULL
),
-- what the publisher said last of the end of a stretch, while the target stayed in its file
ended AS (
    SELECT s.record_id, s.since, arg_max(v.delisting_date, v.valid_from) AS day
    FROM stood AS s
    JOIN version AS v ON v.record_id = s.record_id AND v.delisting_date IS NOT NULL
        AND v.valid_from >= s.until AND (s.next_since IS NULL OR v.valid_from < s.next_since)
    GROUP BY s.record_id, s.since
),
went AS (
    SELECT
        CASE s.family WHEN 'sanctions' THEN 'delisted' ELSE 'disappeared' END AS event_type,
        s.record_id, s.source_id, s.until AS observed_at,
        e.day, s.last_seen_at AS after, s.until AS before,
        CASE WHEN e.day IS NOT NULL THEN json_object('basis', 'publisher')
            ELSE json_object('basis', 'disappearance', 'last_seen', s.last_seen_at, 'first_missing', s.until)
        END AS details
    FROM stood AS s
    LEFT JOIN ended AS e ON e.record_id = s.record_id AND e.since = s.since
    WHERE s.until IS NOT NULL
),
altered AS (
    SELECT
        CASE p.family WHEN 'sanctions' THEN 'amended' ELSE 'changed' END AS event_type,
        c.record_id, p.source_id, c.moment AS observed_at,
        NULL::DATE AS day, o.previous_seen_at AS after, c.moment AS before,
        c.details
    FROM change AS c
    JOIN presence AS p ON p.record_id = c.record_id AND c.moment > p.since AND (p.until IS NULL OR c.moment < p.until)
    JOIN observation AS o ON o.source_id = p.source_id AND o.observed_at = c.moment
),
observed AS (
    SELECT
        coalesce(
            strftime(day, '%Y-%m-%d'),
            strftime(after AT TIME ZONE 'UTC', '%Y-%m-%d') || '/' || strftime(before AT TIME ZONE 'UTC', '%Y-%m-%d')
        ) AS event_date,
        CASE WHEN day IS NOT NULL THEN 'day' ELSE 'range' END AS event_date_precision,
        NULL::VARCHAR AS event_date_raw,
        event_type, record_id, source_id, observed_at, details
    FROM (SELECT * FROM came UNION ALL SELECT * FROM went UNION ALL SELECT * FROM altered)
),
-- A prisoner's times in prison: another begins where an arrest is told that is after the last release told.
told AS (
    SELECT
        *,
        arrest_date > max(release_date) OVER (
            PARTITION BY record_id ORDER BY valid_from ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS arrested_again,
        lag(status) OVER (PARTITION BY record_id ORDER BY valid_from) AS previous_status
    FROM prisoners
),
timed AS (
    SELECT *, count(*) FILTER (arrested_again) OVER (PARTITION BY record_id ORDER BY valid_from) AS time_in_prison
    FROM told
),
-- what the source said last of each: what it said before was corrected
last_word AS (
    SELECT * FROM timed
    QUALIFY row_number() OVER (PARTITION BY record_id, time_in_prison ORDER BY valid_from DESC) = 1
),
fact AS (
    SELECT 'detained' AS event_type, record_id, source_id, time_in_prison,
        arrest_date AS event_date, arrest_date_precision AS event_date_precision, arrest_date_raw AS event_date_raw
    FROM last_word WHERE arrest_date IS NOT NULL
    UNION ALL
    SELECT 'sentenced', record_id, source_id, time_in_prison,
        verdict_date, verdict_date_precision, verdict_date_raw
    FROM last_word WHERE verdict_date IS NOT NULL
    UNION ALL
    SELECT 'recognised', record_id, source_id, time_in_prison,
        recognised_date, recognised_date_precision, recognised_date_raw
    FROM last_word WHERE recognised_date IS NOT NULL
    UNION ALL
    SELECT 'released', record_id, source_id, time_in_prison,
        release_date, release_date_precision, release_date_raw
    FROM last_word
    WHERE status = 'released' OR release_date IS NOT NULL AND (status <> 'detained' OR release_date < arrest_date)
    UNION ALL
    SELECT 'died', record_id, source_id, time_in_prison, death_date, death_date_precision, death_date_raw
    FROM last_word WHERE death_date IS NOT NULL OR status = 'died'
),
-- the first version that told it, in the words of the last
first_told AS (
    SELECT
        f.*, p.valid_from AS observed_at,
        CASE WHEN p.previous_status <> p.status THEN o.previous_seen_at END AS not_yet_seen_at
    FROM fact AS f
    JOIN timed AS p ON p.record_id = f.record_id AND CASE f.event_type
        WHEN 'detained' THEN p.arrest_date IS NOT DISTINCT FROM f.event_date
        WHEN 'sentenced' THEN p.verdict_date IS NOT DISTINCT FROM f.event_date
        WHEN 'recognised' THEN p.recognised_date IS NOT DISTINCT FROM f.event_date
        WHEN 'released' THEN p.release_date IS NOT DISTINCT FROM f.event_date
            AND (f.event_date IS NOT NULL OR p.status = 'released' AND p.time_in_prison = f.time_in_prison)
        WHEN 'died' THEN p.death_date IS NOT DISTINCT FROM f.event_date
            AND (f.event_date IS NOT NULL OR p.status = 'died')
    END
    LEFT JOIN observation AS o ON o.source_id = p.source_id AND o.observed_at = p.valid_from
    QUALIFY row_number() OVER (
        PARTITION BY f.record_id, f.event_type, f.event_date ORDER BY p.valid_from, f.time_in_prison
    ) = 1
),
-- a release or a death without a date happened before the status was seen, and after it was not yet there
said AS (
    SELECT
        CASE WHEN event_date IS NULL AND not_yet_seen_at IS NOT NULL THEN
            strftime(not_yet_seen_at AT TIME ZONE 'UTC', '%Y-%m-%d')
            || '/' || strftime(observed_at AT TIME ZONE 'UTC', '%Y-%m-%d')
            ELSE event_date
        END AS event_date,
        CASE WHEN event_date IS NULL AND not_yet_seen_at IS NOT NULL THEN 'range'
            ELSE event_date_precision
        END AS event_date_precision,
        event_date_raw, event_type, record_id, source_id, observed_at,
        CASE WHEN event_date IS NOT NULL THEN json_object('basis', 'publisher')
            ELSE json_object('basis', 'status', 'not_yet_seen', not_yet_seen_at, 'first_seen', observed_at)
        END AS details
    FROM first_told
)
SELECT
    'e-' || left(sha256(concat_ws('|', e.event_type, e.record_id, e.event_date, e.observed_at)), 16) AS event_id,
    e.event_date, e.event_date_precision, e.event_date_raw, e.event_type,
    r.entity_id, e.record_id, e.source_id, e.observed_at, e.details::VARCHAR AS details
FROM (SELECT * FROM observed UNION ALL SELECT * FROM said) AS e
JOIN entity_records AS r ON r.record_id = e.record_id;
