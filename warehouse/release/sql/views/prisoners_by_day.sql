-- The number of people of each prisoner list: one row per day, list, status and gender, from the first stated arrest to the
-- newest snapshot. People are counted once per list, but may be on several lists. `basis` states how the days are known: see
-- `prisoner_spans`.
CREATE OR REPLACE VIEW prisoners_by_day AS
WITH span AS (
    SELECT
        p.* EXCLUDE (before),
        coalesce(p.before, (s.last_snapshot_at AT TIME ZONE 'UTC')::DATE + 1) AS before
    FROM prisoner_spans() AS p
    JOIN sources AS s ON s.source_id = p.source_id
),
day AS (
    SELECT unnest(generate_series(min(since), max(before) - 1, INTERVAL 1 DAY))::DATE AS day FROM span
),
-- the publisher's dates take precedence over observation, newer over older
state_on_day AS (
    SELECT d.day, s.record_id, arg_max(s.status, (s.basis, s.since)) AS status, max(s.basis) AS basis
    FROM day AS d
    JOIN span AS s ON s.since <= d.day AND d.day < s.before
    GROUP BY d.day, s.record_id
),
latest_version AS (
    SELECT record_id, source_id, country, gender FROM prisoners
    QUALIFY row_number() OVER (PARTITION BY record_id ORDER BY valid_from DESC) = 1
)
SELECT
    p.country, p.source_id, s.day, s.status, p.gender, s.basis, count(*) AS people
FROM state_on_day AS s
JOIN latest_version AS p USING (record_id)
GROUP BY ALL;
