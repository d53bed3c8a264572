-- The registry's entries with what this release holds of each.
CREATE OR REPLACE TABLE sources AS
WITH held AS (
    SELECT source_id, count(*) AS records FROM prisoners WHERE valid_to IS NULL GROUP BY source_id
    UNION ALL
    SELECT source_id, count(*) FROM sanctions
    WHERE valid_to IS NULL AND delisting_date IS NULL GROUP BY source_id
    UNION ALL
    SELECT source_id, count(*) FROM (SELECT DISTINCT source_id, article_id FROM sightings) GROUP BY source_id
)
SELECT s.* EXCLUDE (note), coalesce(h.records, 0) AS records, s.note
FROM source_entry AS s
LEFT JOIN held AS h USING (source_id);
