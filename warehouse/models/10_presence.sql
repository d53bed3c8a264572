-- A record's stretches on its list as read: `since` it was first seen, `until` it was first missed.
CREATE OR REPLACE TABLE presence AS
WITH versions AS (
    SELECT 'prisoners' AS family, record_id, source_id, valid_from, valid_to FROM prisoners
    UNION ALL
    SELECT 'sanctions' AS family, record_id, source_id, valid_from, valid_to FROM sanctions
),
marked AS (
    SELECT *, valid_from IS DISTINCT FROM lag(valid_to) OVER (PARTITION BY record_id ORDER BY valid_from) AS starts
    FROM versions
),
numbered AS (
    SELECT *, count(*) FILTER (starts) OVER (PARTITION BY record_id ORDER BY valid_from) AS stretch
    FROM marked
)
SELECT
    family, record_id, source_id, stretch,
    min(valid_from) AS since,
    CASE WHEN bool_or(valid_to IS NULL) THEN NULL ELSE max(valid_to) END AS until
FROM numbered
GROUP BY family, record_id, source_id, stretch;

-- The same with what was seen but put into quarantine: a record that could not be believed for a
-- while was not off its list. `read_from`: the first time it could.
CREATE OR REPLACE TABLE standing AS
WITH observed AS (
    SELECT *, lead(observed_at) OVER (PARTITION BY source_id ORDER BY seq) AS next_at FROM observation
),
doubted AS (
    SELECT DISTINCT p.family, q.record_id, q.source_id, q.observed_at AS since, o.next_at AS until
    FROM quarantined_record AS q
    JOIN observed AS o ON o.source_id = q.source_id AND o.observed_at = q.observed_at
    JOIN presence AS p ON p.record_id = q.record_id
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
    family, record_id, source_id, stretch,
    min(since) AS since,
    min(read_from) AS read_from,
    CASE WHEN bool_or(until IS NULL) THEN NULL ELSE max(until) END AS until
FROM numbered
GROUP BY family, record_id, source_id, stretch
HAVING min(read_from) IS NOT NULL;
