-- The files of GDELT in the archive: for each day with any file, and each stream and kind, of which a complete day has 96,
-- one per quarter of an hour. `held` files failed validation and are in no table; records are those of `files`. For a file
-- that was published again, the newest content counts.
CREATE OR REPLACE VIEW news_coverage AS
WITH named AS (
    SELECT *, regexp_extract(
        lower(file), '^([0-9]{8})[0-9]{6}\.(translation\.)?(gkg|export|mentions)\.csv\.zip$',
        ['day', 'stream', 'kind']) AS name
    FROM snapshots
),
newest AS (
    SELECT
        strptime(name.day, '%Y%m%d')::DATE AS day,
        CASE WHEN name.stream = '' THEN 'english' ELSE 'translated' END AS stream,
        name.kind AS kind,
        gate, records_declared, records_parsed, records_quarantined, records_outside
    FROM named
    WHERE name.day <> ''
    QUALIFY row_number() OVER (PARTITION BY file ORDER BY fetched_at DESC, snapshot_id) = 1
),
wanted AS (
    SELECT *
    FROM (SELECT DISTINCT day FROM newest)
    CROSS JOIN (SELECT unnest(['english', 'translated']) AS stream)
    CROSS JOIN (SELECT unnest(['gkg', 'export', 'mentions']) AS kind)
)
SELECT
    w.day, w.stream, w.kind,
    count(*) FILTER (n.gate = 'promoted') AS files,
    count(*) FILTER (n.gate = 'held') AS held,
    96 - count(n.gate) AS missing,
    coalesce(sum(n.records_declared) FILTER (n.gate = 'promoted'), 0)::BIGINT AS declared,
    coalesce(sum(n.records_parsed) FILTER (n.gate = 'promoted'), 0)::BIGINT AS parsed,
    coalesce(sum(n.records_quarantined) FILTER (n.gate = 'promoted'), 0)::BIGINT AS quarantined,
    coalesce(sum(n.records_outside) FILTER (n.gate = 'promoted'), 0)::BIGINT AS outside
FROM wanted AS w
LEFT JOIN newest AS n ON n.day = w.day AND n.stream = w.stream AND n.kind = w.kind
GROUP BY w.day, w.stream, w.kind;
