-- The records to link, and all names they were ever listed under.
-- In: prisoners, sanctions, names, addresses, identifiers with their history; list_program (source_id, row, pattern,
--     likely_places): if a programme matches several patterns, the first row applies.
-- Out: record (record_id, source_id, schema, kind, name, gender, countries, places, program_countries, births, first_seen),
--     spelled (record_id, name, person, strong).

-- The last version of each record, with the time at which the record was first seen.
CREATE OR REPLACE TEMP TABLE record AS
WITH listed AS (
    SELECT
        record_id, source_id, schema, name, gender, programs, nationalities AS countries, birth_dates AS births, valid_from
    FROM sanctions
    UNION ALL
    SELECT
        record_id, source_id, 'Person', name, gender, [],
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
-- Countries where a body is or is registered, and where a person was born. A person's address can be anywhere.
place AS (
    SELECT a.record_id, a.country
    FROM addresses AS a
    JOIN last AS l USING (record_id)
    WHERE (a.kind = 'birth_place') = (l.schema = 'Person')
    UNION
    SELECT i.record_id, i.country
    FROM identifiers AS i
    JOIN last AS l USING (record_id)
    WHERE i.type IN ('registration', 'tax_id') AND l.schema <> 'Person'
),
places AS (
    SELECT record_id, list(DISTINCT country) AS countries FROM place WHERE country IS NOT NULL GROUP BY record_id
),
-- Countries where the targets of a record's programmes probably are, as configured for each list.
program AS (
    SELECT p.source_id, p.program, l.likely_places
    FROM (SELECT DISTINCT source_id, unnest(programs) AS program FROM last) AS p
    JOIN list_program AS l ON l.source_id = p.source_id AND lower(p.program) GLOB lower(l.pattern)
    QUALIFY row_number() OVER (PARTITION BY p.source_id, p.program ORDER BY l.row) = 1
),
program_places AS (
    SELECT l.record_id, flatten(list(p.likely_places)) AS countries
    FROM (SELECT record_id, source_id, unnest(programs) AS program FROM last) AS l
    JOIN program AS p USING (source_id, program)
    GROUP BY l.record_id
)
SELECT
    l.* EXCLUDE (programs) REPLACE (list_sort(list_distinct(l.countries)) AS countries),
    list_sort(list_distinct(l.countries || coalesce(p.countries, []))) AS places,
    list_sort(list_distinct(l.countries || coalesce(p.countries, []) || coalesce(g.countries, []))) AS program_countries,
    CASE l.schema WHEN 'Person' THEN 'person' WHEN 'Vessel' THEN 'vessel' WHEN 'Airplane' THEN 'airplane'
        ELSE 'body' END AS kind
FROM last AS l
LEFT JOIN places AS p USING (record_id)
LEFT JOIN program_places AS g USING (record_id);

-- The names of all versions. A name that is an alias in one row and a weak alias in another is strong.
CREATE OR REPLACE TEMP TABLE spelled AS
SELECT n.record_id, n.name, r.kind = 'person' AS person, bool_or(n.kind <> 'weak_alias') AS strong
FROM names AS n
JOIN record AS r USING (record_id)
GROUP BY ALL;
