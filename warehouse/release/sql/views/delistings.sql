-- Everything that was removed from a sanctions list: on the publisher's date, or between the last time it was seen and the
-- first time it was missing. `delisted_by` is the last possible day.
CREATE OR REPLACE VIEW delistings AS
WITH delisted AS (
    SELECT
        *,
        event_date_earliest AS delisted_after,
        event_date_latest AS delisted_by
    FROM events WHERE event_type = 'delisted'
),
-- as it was before; a target first seen as delisted, as it is then
before AS (
    SELECT d.event_id, s.*
    FROM delisted AS d
    JOIN sanctions AS s ON s.record_id = d.record_id AND s.valid_from <= d.observed_at
    QUALIFY row_number() OVER (
        PARTITION BY d.event_id ORDER BY s.valid_from < d.observed_at DESC, s.valid_from DESC
    ) = 1
)
SELECT
    d.event_date AS delisted, d.delisted_after, d.delisted_by,
    CASE d.event_date_precision WHEN 'day' THEN 'publisher' ELSE 'disappearance' END AS basis,
    d.entity_id, e.name AS entity_name, d.record_id, b.name, b.schema,
    d.source_id, b.authority, b.programs, b.listing_date, d.observed_at
FROM delisted AS d
JOIN before AS b ON b.event_id = d.event_id
JOIN entities AS e ON e.entity_id = d.entity_id;
