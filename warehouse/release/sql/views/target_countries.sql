-- Of which countries a sanctioned person or body is: `nationality`, where a list says that one of its records
-- belongs there (citizenship, registration and a ship's flag count too), or `programme`, where it is listed, or
-- was, under measures that answer what is done in or by that country. Some lists give no nationality, and
-- bodies seldom have one. Measures for the integrity of Ukraine are of Russia; those against terrorism, drugs or
-- corruption anywhere are of no country.
CREATE OR REPLACE VIEW target_countries AS
WITH known (country, words, unless) AS (
    VALUES
    ('AF', 'afghanistan|taliban', NULL), ('BA', 'bosnia', NULL), ('BI', 'burundi', NULL), ('BY', 'belarus', NULL),
    ('CD', 'democratic republic of the congo', NULL), ('CF', 'central african republic', NULL),
    ('CN', 'china|chinese|uyghur|hong kong', NULL), ('CU', 'cuban?\b', NULL), ('ER', 'eritrea', NULL),
    ('ET', 'ethiopia', NULL), ('GN', 'guinea', 'bissau'), ('GT', 'guatemala', NULL), ('GW', 'guinea-bissau', NULL),
    ('HK', 'hong kong', NULL), ('HT', 'haiti', NULL), ('IQ', 'iraq', NULL),
    ('IR', 'iran(ian)?\b|islamic revolutionary guard', NULL),
    ('KP', 'dprk|north korea|democratic people''s republic of korea', NULL), ('LB', 'lebanon', NULL),
    ('LK', 'sri lanka', NULL), ('LY', 'libya', NULL), ('MD', 'moldova', NULL), ('ML', 'mali\b', NULL),
    ('MM', 'myanmar|burma', NULL), ('NE', 'niger\b', NULL), ('NI', 'nicaragua', NULL),
    ('RU', 'russian?\b|ukraine|sergei magnitsky', NULL), ('SD', 'sudan|darfur', 'south ?sudan'),
    ('SO', 'somalia|al-shabaab', NULL), ('SS', 'south ?sudan', NULL), ('SY', 'syrian?\b', NULL),
    ('TN', 'tunisia', NULL), ('TR', 't[uü]rkiye|turkey', NULL), ('VE', 'venezuela', NULL), ('YE', 'yemen', NULL),
    ('ZW', 'zimbabwe', NULL)
),
programme AS (
    SELECT p.program, p.program_name, k.country
    FROM (SELECT DISTINCT program, program_name FROM programs) AS p
    JOIN known AS k ON regexp_matches(concat(p.program, ' ', p.program_name), '\b(' || k.words || ')', 'i')
        AND (k.unless IS NULL OR NOT regexp_matches(concat(p.program, ' ', p.program_name), k.unless, 'i'))
),
told AS (
    SELECT record_id, country, 'nationality' AS basis FROM nationalities WHERE country IS NOT NULL
    UNION ALL
    SELECT p.record_id, g.country, 'programme'
    FROM programs AS p
    JOIN programme AS g
        ON g.program = p.program AND g.program_name IS NOT DISTINCT FROM p.program_name
)
SELECT r.entity_id, t.country, list_sort(list(DISTINCT t.basis)) AS basis
FROM told AS t
JOIN entity_records AS r ON r.record_id = t.record_id
GROUP BY r.entity_id, t.country;
