-- All current and former listings: a record under a programme, from when it was first seen to when it was seen to have ended.
-- `ended` is NULL while it is current. A delisted target that is still in the file has ended, and so has every record of a
-- withdrawn list. `listing_date` is that of the programme if the list states one per programme, else that of the record.
-- `last_seen_at` is NULL for ended listings.
CREATE OR REPLACE VIEW listings AS
WITH latest AS (
    SELECT * FROM sanctions QUALIFY row_number() OVER (PARTITION BY record_id ORDER BY valid_from DESC) = 1
),
newest AS (
    SELECT (max(last_seen_at) AT TIME ZONE 'UTC')::DATE AS day FROM snapshots
),
current_period AS (
    SELECT
        s.record_id, s.valid_from, s.valid_to,
        CASE
            WHEN coalesce(s.delisting_date > n.day, s.delisting_date IS NULL) THEN s.valid_to
            WHEN s.delisting_date <= (s.valid_from AT TIME ZONE 'UTC')::DATE THEN s.valid_from
            ELSE least(s.valid_to, s.delisting_date::TIMESTAMP AT TIME ZONE 'UTC')
        END AS current_until
    FROM sanctions AS s
    CROSS JOIN newest AS n
),
span AS (
    SELECT
        s.record_id, p.program, p.program_name, p.legal_basis, p.listing_date,
        greatest(s.valid_from, p.valid_from) AS seen_at,
        least(s.current_until, p.valid_to) AS ended
    FROM current_period AS s
    LEFT JOIN programs AS p ON p.record_id = s.record_id
    WHERE p.record_id IS NULL OR (
        (s.valid_to IS NULL OR p.valid_from < s.valid_to) AND (p.valid_to IS NULL OR s.valid_from < p.valid_to)
    )
),
listing AS (
    SELECT
        record_id, program,
        min(seen_at) AS first_seen,
        CASE WHEN bool_or(ended IS NULL) THEN NULL ELSE max(ended) END AS ended
    FROM span GROUP BY record_id, program
),
-- as written in the current or last version
worded AS (
    SELECT
        l.record_id, l.program, l.first_seen, l.ended,
        max(s.program_name) AS program_name, min(s.listing_date) AS listing_date,
        string_agg(DISTINCT s.legal_basis, '; ' ORDER BY s.legal_basis) AS legal_basis
    FROM listing AS l
    JOIN span AS s ON s.record_id = l.record_id
        AND s.program IS NOT DISTINCT FROM l.program AND s.ended IS NOT DISTINCT FROM l.ended
    GROUP BY l.record_id, l.program, l.first_seen, l.ended
)
SELECT
    e.entity_id, e.name AS entity_name, w.record_id, s.name, s.schema, s.source_id, s.authority,
    w.program, w.program_name, w.legal_basis,
    CASE
        WHEN bool_or(w.listing_date IS NOT NULL) OVER (PARTITION BY w.record_id) THEN w.listing_date
        ELSE s.listing_date
    END AS listing_date,
    w.first_seen, w.ended, s.delisting_date, c.last_seen_at, o.freshness
FROM worded AS w
JOIN latest AS s ON s.record_id = w.record_id
JOIN entity_records AS r ON r.record_id = w.record_id
JOIN entities AS e ON e.entity_id = r.entity_id
JOIN sources AS o ON o.source_id = s.source_id
LEFT JOIN current_sanctions AS c ON c.record_id = w.record_id AND w.ended IS NULL;
