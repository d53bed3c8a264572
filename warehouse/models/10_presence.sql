-- A record's stretches on its list: `since` it was first seen, `until` it was first missed.
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
