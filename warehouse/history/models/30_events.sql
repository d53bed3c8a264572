-- What happened, and when it was observed. The date is the publisher's, if there is one; otherwise the range between the
-- last snapshot without the information and the first one with it. Leaving a prisoner list means nothing more than that;
-- most sanctions lists delist a target by leaving it out.
CREATE OR REPLACE TABLE events AS
WITH listed AS (
    SELECT
        p.*,
        -- unknown for a target first seen as delisted
        CASE WHEN p.until IS DISTINCT FROM p.since THEN seen.previous_seen_at END AS not_yet_seen_at,
        missing.observed_at AS missed_at,
        -- the last snapshot that certainly had it
        coalesce(believed.last_seen_at, last.last_seen_at) AS last_seen_at,
        lead(p.since) OVER (PARTITION BY p.record_id ORDER BY p.since) AS next_since
    FROM listed_period AS p
    JOIN observation AS seen ON seen.source_id = p.source_id AND seen.observed_at = p.since
    LEFT JOIN observation AS missing ON missing.source_id = p.source_id AND missing.observed_at = p.until
    LEFT JOIN observation AS last ON last.source_id = missing.source_id AND last.seq = missing.seq - 1
    LEFT JOIN unread_record AS u ON u.record_id = p.record_id AND u.source_id = p.source_id AND u.seq = last.seq
    LEFT JOIN observation AS believed ON NOT u.in_file
        AND believed.source_id = u.source_id AND believed.seq = u.believed_seq
),
came AS (
    SELECT
        CASE s.family WHEN 'sanctions' THEN 'listed' ELSE 'appeared' END AS event_type,
        s.record_id, s.source_id, s.read_from AS observed_at,
        -- a listing date before a snapshot without the record belongs to an earlier listing, or is wrong
        CASE WHEN v.listing_date <= n.day
                AND (s.not_yet_seen_at IS NULL OR v.listing_date >= (s.not_yet_seen_at AT TIME ZONE 'UTC')::DATE)
            THEN v.listing_date END AS day,
        v.listing_date, s.not_yet_seen_at AS after, s.since AS before
    FROM listed AS s
    JOIN version AS v ON v.record_id = s.record_id AND v.valid_from = s.read_from
    CROSS JOIN newest AS n
),
-- the publisher's last date for the end of a period, from versions in which the delisted target is still in the file, or
-- from the version that announced it
ended AS (
    SELECT s.record_id, s.since, arg_max(v.delisting_date, v.valid_from) AS day, min(v.valid_from) AS stated_at
    FROM listed AS s
    JOIN version AS v ON v.record_id = s.record_id AND v.delisting_date IS NOT NULL
        AND (s.next_since IS NULL OR v.valid_from < s.next_since)
        AND (v.valid_from >= s.until OR v.valid_from >= s.since AND v.current_until = s.until AND s.missed_at IS NULL)
    GROUP BY s.record_id, s.since
),
went AS (
    SELECT
        CASE s.family WHEN 'sanctions' THEN 'delisted' ELSE 'disappeared' END AS event_type,
        s.record_id, s.source_id, coalesce(s.missed_at, e.stated_at) AS observed_at,
        e.day, s.last_seen_at AS after, s.until AS before
    FROM listed AS s
    LEFT JOIN ended AS e ON e.record_id = s.record_id AND e.since = s.since
    -- the end of a withdrawn list is not a delisting
    WHERE s.until IS NOT NULL AND (s.missed_at IS NOT NULL OR e.day IS NOT NULL)
),
altered AS (
    SELECT
        CASE p.family WHEN 'sanctions' THEN 'amended' ELSE 'changed' END AS event_type,
        c.record_id, p.source_id, c.moment AS observed_at,
        CASE WHEN v.amended_date IS DISTINCT FROM b.amended_date
                AND v.amended_date BETWEEN (r.last_seen_at AT TIME ZONE 'UTC')::DATE
                    AND (c.moment AT TIME ZONE 'UTC')::DATE
            THEN v.amended_date END AS day,
        r.last_seen_at AS after, c.moment AS before, c.details
    FROM change AS c
    JOIN presence AS p ON p.record_id = c.record_id AND c.moment > p.since AND (p.until IS NULL OR c.moment < p.until)
    JOIN observation AS o ON o.source_id = p.source_id AND o.observed_at = c.moment
    LEFT JOIN unread_record AS u ON u.record_id = c.record_id AND u.source_id = p.source_id AND u.seq = o.seq - 1
    JOIN observation AS r ON r.source_id = p.source_id AND r.seq = coalesce(u.believed_seq, o.seq - 1)
    LEFT JOIN version AS v ON v.record_id = c.record_id AND v.valid_from = c.moment
    LEFT JOIN version AS b ON b.record_id = c.record_id AND b.valid_to = c.moment
),
moved AS (
    SELECT
        event_type, record_id, source_id, observed_at, day, after, before,
        CASE WHEN day IS NOT NULL THEN json_object('basis', 'publisher')
            WHEN listing_date IS NOT NULL THEN json_object(
                'basis', 'appearance', 'not_yet_seen', after, 'first_seen', before, 'listing_date', listing_date
            )
            ELSE json_object('basis', 'appearance', 'not_yet_seen', after, 'first_seen', before)
        END AS details
    FROM came
    WHERE after IS NOT NULL OR day IS NOT NULL
    UNION ALL
    SELECT
        event_type, record_id, source_id, observed_at, day, after, before,
        CASE WHEN day IS NOT NULL THEN json_object('basis', 'publisher')
            ELSE json_object('basis', 'disappearance', 'last_seen', after, 'first_missing', before)
        END AS details
    FROM went
    UNION ALL
    SELECT
        event_type, record_id, source_id, observed_at, day, after, before,
        -- not by json_merge_patch, which drops null values
        CASE WHEN day IS NOT NULL THEN ('{"basis":"publisher",' || substr(details::VARCHAR, 2))::JSON
            ELSE details END AS details
    FROM altered
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
    FROM moved
),
-- A prisoner's times in prison: another one begins with an arrest after the last release.
stated AS (
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
    FROM stated
),
-- the last version of each: earlier ones have been corrected
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
-- an event dated after the newest observation has not happened yet
happened AS (
    SELECT f.*
    FROM fact AS f
    CROSS JOIN newest AS n
    WHERE event_date IS NULL OR coalesce(earliest_day(event_date) <= n.day, true)
),
-- the values of the last version, and the time of the first version that states the event
first_stated AS (
    SELECT
        f.*, p.valid_from AS observed_at,
        CASE WHEN p.previous_status <> p.status THEN o.previous_seen_at END AS not_yet_seen_at
    FROM happened AS f
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
-- a release or death without a date happened between the last snapshot without the status and the first one with it
from_status AS (
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
    FROM first_stated
)
SELECT
    'e-' || left(sha256(concat_ws('|', e.event_type, e.record_id, e.event_date, e.observed_at)), 16) AS event_id,
    e.event_date, e.event_date_precision, e.event_date_raw, e.event_type,
    r.entity_id, e.record_id, e.source_id, e.observed_at, e.details::VARCHAR AS details
FROM (SELECT * FROM observed UNION ALL SELECT * FROM from_status) AS e
JOIN entity_records AS r ON r.record_id = e.record_id;
