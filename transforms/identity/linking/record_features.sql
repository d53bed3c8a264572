-- Records as sets of keys, one row per record.
-- In: record, record_key, record_fact, born (birth, and the columns of `birth_dates.BirthKeys`).
-- Out: record_features.
CREATE OR REPLACE TEMP TABLE record_features AS
WITH shared_by_several AS (
    SELECT record_id, fact FROM record_fact
    QUALIFY count(DISTINCT record_id) OVER (PARTITION BY fact) BETWEEN 2 AND 50
),
facts AS (SELECT record_id, list(DISTINCT fact ORDER BY fact) AS facts FROM shared_by_several GROUP BY ALL),
names AS (
    SELECT
        record_id,
        list(key ORDER BY key) FILTER (strong OR alike IN ('same', 'close', 'like')) AS keys,
        {names}
    FROM record_key GROUP BY ALL
),
births AS (
    SELECT
        r.record_id,
        {births}
    FROM (SELECT record_id, unnest(births) AS birth FROM record) AS r
    JOIN born USING (birth)
    GROUP BY ALL
)
SELECT
    r.record_id, r.source_id, r.kind, nullif(r.gender, 'other') AS gender, r.places, r.program_countries, r.births,
    coalesce(f.facts, []) AS facts, coalesce(n.keys, []) AS keys,
    {columns}
FROM record AS r
LEFT JOIN facts AS f USING (record_id)
LEFT JOIN names AS n USING (record_id)
LEFT JOIN births AS b USING (record_id);
