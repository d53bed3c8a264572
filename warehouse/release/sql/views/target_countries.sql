-- The countries of a sanctioned person or body. `nationality`: a list states that one of its records belongs there
-- (citizenship, registration and a ship's flag count too). `programme`: it is, or was, listed under measures aimed at what is
-- done in or by that country. Some lists give no nationality, and bodies rarely have one. Measures on the integrity of Ukraine
-- count for Russia; those against terrorism, drugs or corruption count for no country. The countries of a list's programmes
-- are in sources/<source_id>/programs.tsv.
CREATE OR REPLACE VIEW target_countries AS
WITH known (source_id, number, pattern, countries) AS (
    {list_programs}
),
-- if a programme matches several patterns, the first of its list applies
programme AS (
    SELECT p.source_id, p.program, k.countries
    FROM (SELECT DISTINCT split_part(record_id, ':', 1) AS source_id, program FROM programs) AS p
    JOIN known AS k ON k.source_id = p.source_id AND lower(p.program) GLOB k.pattern
    QUALIFY row_number() OVER (PARTITION BY p.source_id, p.program ORDER BY k.number) = 1
),
stated AS (
    SELECT record_id, country, 'nationality' AS basis FROM nationalities WHERE country IS NOT NULL
    UNION ALL
    SELECT p.record_id, unnest(g.countries), 'programme'
    FROM programs AS p
    JOIN programme AS g ON g.program = p.program AND g.source_id = split_part(p.record_id, ':', 1)
)
SELECT r.entity_id, t.country, list_sort(list(DISTINCT t.basis)) AS basis
FROM stated AS t
JOIN entity_records AS r ON r.record_id = t.record_id
GROUP BY r.entity_id, t.country;
