-- The registry's entries with the number of records in this release: for lists, current records.
CREATE OR REPLACE TABLE sources AS
WITH held AS (
    SELECT source_id, count(*) AS records FROM version
    WHERE current_until IS NULL GROUP BY source_id
    UNION ALL
    SELECT source_id, count(*) FROM (SELECT DISTINCT source_id, article_id FROM sightings) GROUP BY source_id
)
SELECT s.* EXCLUDE (note), coalesce(h.records, 0) AS records, s.note
FROM source_entry AS s
LEFT JOIN held AS h USING (source_id);

-- Snapshots from which a record could not be read, so that an earlier version applies.
CREATE OR REPLACE TABLE unread_records AS
SELECT DISTINCT
    u.source_id, u.record_id, o.observed_at,
    CASE WHEN u.in_file THEN 'quarantined' ELSE 'possible' END AS reason, b.last_seen_at AS last_read_at
FROM unread_record AS u
JOIN observation AS o ON o.source_id = u.source_id AND o.seq = u.seq
JOIN observation AS b ON b.source_id = u.source_id AND b.seq = u.believed_seq
JOIN version AS v ON v.record_id = u.record_id
    AND v.valid_from <= o.observed_at AND (v.valid_to IS NULL OR o.observed_at < v.valid_to);
