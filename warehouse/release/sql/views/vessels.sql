-- Ships currently on a sanctions list, by IMO number: one row per record, and per number if it has several. `imo` has seven
-- digits, whatever prefix the list writes; it is NULL if the list gives no such number.
CREATE OR REPLACE VIEW vessels AS
WITH numbered AS (
    SELECT DISTINCT record_id, nullif(regexp_extract(number, '(^|[^0-9])([0-9]{7})([^0-9]|$)', 2), '') AS imo
    FROM current_identifiers WHERE type = 'imo'
),
flagged AS (
    SELECT record_id, string_agg(DISTINCT state, '; ' ORDER BY state) AS flag
    FROM (SELECT record_id, coalesce(country, country_raw) AS state FROM current_nationalities WHERE kind = 'flag')
    GROUP BY record_id
),
joined_value AS (
    SELECT record_id, property, string_agg(DISTINCT value, '; ' ORDER BY value) AS value
    FROM current_particulars GROUP BY record_id, property
),
particular AS (
    SELECT
        record_id,
        max(value) FILTER (WHERE property = 'former_flag') AS former_flags,
        max(value) FILTER (WHERE property = 'vessel_type') AS vessel_type,
        max(value) FILTER (WHERE property = 'gross_tonnage') AS gross_tonnage,
        max(value) FILTER (WHERE property = 'deadweight') AS deadweight,
        max(value) FILTER (WHERE property = 'tonnage') AS tonnage,
        max(value) FILTER (WHERE property = 'build_date') AS build_date,
        max(value) FILTER (WHERE property = 'owner') AS owner,
        max(value) FILTER (WHERE property = 'operator') AS operator
    FROM joined_value GROUP BY record_id
)
SELECT
    n.imo, s.name, f.flag, p.* EXCLUDE (record_id),
    s.source_id, s.authority, s.programs, s.listing_date, s.record_id, r.entity_id
FROM current_sanctions AS s
JOIN entity_records AS r ON r.record_id = s.record_id
LEFT JOIN numbered AS n ON n.record_id = s.record_id
LEFT JOIN flagged AS f ON f.record_id = s.record_id
LEFT JOIN particular AS p ON p.record_id = s.record_id
WHERE s.schema = 'Vessel';
