-- The day of the newest observation: events announced for a later day have not happened yet.
CREATE OR REPLACE TABLE newest AS
SELECT (max(moment) AT TIME ZONE 'UTC')::DATE AS day
FROM (SELECT max(last_seen_at) AS moment FROM snapshots UNION ALL SELECT max(observed_at) FROM observation);

-- All versions of records, with the publisher's dates for sanctions lists. `current_until`: when the version ended or, if
-- earlier, the announced day of delisting. For a delisted target that is still in the file, when the version began.
CREATE OR REPLACE TABLE version AS
WITH every AS (
    SELECT 'prisoners' AS family, record_id, source_id, valid_from, valid_to,
        NULL::DATE AS listing_date, NULL::DATE AS delisting_date, NULL::DATE AS amended_date FROM prisoners
    UNION ALL
    SELECT 'sanctions', record_id, source_id, valid_from, valid_to, listing_date, delisting_date, amended_date
    FROM sanctions
)
SELECT
    e.*,
    CASE
        WHEN delisting_date IS NULL OR delisting_date > n.day THEN valid_to
        WHEN delisting_date <= (valid_from AT TIME ZONE 'UTC')::DATE THEN valid_from
        ELSE least(valid_to, delisting_date::TIMESTAMP AT TIME ZONE 'UTC')
    END AS current_until
FROM every AS e
CROSS JOIN newest AS n;

-- The periods of a record on its list, as read: from `since`, when it was first seen, to `until`, when it was first
-- missing, or first seen as delisted, because some lists keep delisted targets in the file.
CREATE OR REPLACE TABLE presence AS
WITH marked AS (
    SELECT
        *, valid_from IS DISTINCT FROM lag(current_until) OVER (PARTITION BY record_id ORDER BY valid_from) AS starts
    FROM version
    WHERE current_until IS DISTINCT FROM valid_from
),
numbered AS (
    SELECT *, count(*) FILTER (starts) OVER (PARTITION BY record_id ORDER BY valid_from) AS stretch
    FROM marked
)
SELECT
    family, record_id, source_id, stretch,
    min(valid_from) AS since,
    CASE WHEN bool_or(current_until IS NULL) THEN NULL ELSE max(current_until) END AS until
FROM numbered
GROUP BY family, record_id, source_id, stretch;

-- The same, including records that were quarantined before they could be read for the first time: they were on their
-- list then. `read_from`: when the record was first read. A target first seen as delisted was listed before the first
-- observation: its period begins and ends when it was first seen.
CREATE OR REPLACE TABLE listed_period AS
WITH observed AS (
    SELECT *, lead(observed_at) OVER (PARTITION BY source_id ORDER BY seq) AS next_at FROM observation
),
doubted AS (
    SELECT DISTINCT p.family, q.record_id, q.source_id, q.observed_at AS since, o.next_at AS until
    FROM quarantined_record AS q
    JOIN observed AS o USING (source_id, observed_at, unit_id)
    JOIN presence AS p ON p.record_id = q.record_id
    WHERE NOT EXISTS (
        FROM version AS v
        WHERE v.record_id = q.record_id
            AND v.valid_from <= q.observed_at AND (v.valid_to IS NULL OR q.observed_at < v.valid_to)
    )
),
spans AS (
    SELECT family, record_id, source_id, since, until, since AS read_from FROM presence
    UNION ALL
    SELECT family, record_id, source_id, since, until, NULL AS read_from FROM doubted
),
marked AS (
    SELECT *, since IS DISTINCT FROM lag(until) OVER (PARTITION BY record_id ORDER BY since) AS starts
    FROM spans
),
numbered AS (
    SELECT *, count(*) FILTER (starts) OVER (PARTITION BY record_id ORDER BY since) AS stretch
    FROM marked
)
SELECT
    family, record_id, source_id,
    min(since) AS since,
    min(read_from) AS read_from,
    CASE WHEN bool_or(until IS NULL) THEN NULL ELSE max(until) END AS until
FROM numbered
GROUP BY family, record_id, source_id, stretch
HAVING min(read_from) IS NOT NULL
UNION ALL
SELECT family, record_id, source_id, valid_from, valid_from, valid_from
FROM (SELECT * FROM version QUALIFY row_number() OVER (PARTITION BY record_id ORDER BY valid_from) = 1)
WHERE current_until = valid_from;
