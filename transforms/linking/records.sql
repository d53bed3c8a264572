-- What each record is, and the names it was ever listed under.
-- In: prisoners, sanctions, names, addresses with their history.
-- Out: record (record_id, source_id, schema, kind, name, gender, countries, births, first_seen),
--     spelled (record_id, name, person, strong).

-- A record's last version speaks for it; it has been known since its first.
CREATE OR REPLACE TEMP TABLE record AS
WITH listed AS (
    SELECT record_id, source_id, schema, name, gender, nationalities AS countries, birth_dates AS births, valid_from
    FROM sanctions
    UNION ALL
    SELECT
        record_id, source_id, 'Person', name, gender,
        CASE WHEN country IS NULL THEN [] ELSE [country] END,
        CASE WHEN birth_date IS NULL THEN [] ELSE [birth_date] END,
        valid_from
    FROM prisoners
),
last AS (
    SELECT * EXCLUDE (valid_from), min(valid_from) OVER (PARTITION BY record_id) AS first_seen
    FROM listed
    QUALIFY row_number() OVER (PARTITION BY record_id ORDER BY valid_from DESC) = 1
),
-- Where a body is, and where a person was born: an address of a person may be anywhere.
place AS (
    SELECT a.record_id, list(DISTINCT a.country ORDER BY a.country) AS countries
    FROM addresses AS a
    JOIN last AS l USING (record_id)
    WHERE a.country IS NOT NULL AND (a.kind = 'birth_place') = (l.schema = 'Person')
    GROUP BY a.record_id
)
SELECT
    l.* REPLACE (list_sort(list_distinct(l.countries)) AS countries),
    list_sort(list_distinct(l.countries || coalesce(p.countries, []))) AS places,
    CASE l.schema WHEN 'Person' THEN 'person' WHEN 'Vessel' THEN 'vessel' WHEN 'Airplane' THEN 'airplane'
        ELSE 'body' END AS kind
FROM last AS l
LEFT JOIN place AS p USING (record_id);

-- The names of all versions count. A name that is an alias in one row and a weak one in another is strong.
CREATE OR REPLACE TEMP TABLE spelled AS
SELECT n.record_id, n.name, r.kind = 'person' AS person, bool_or(n.kind <> 'weak_alias') AS strong
FROM names AS n
JOIN record AS r USING (record_id)
GROUP BY ALL;
