-- How rare names are, and which records share which names, by bands of similarity and rarity.
-- In: record, spelled, form (name, person, reading, place, kind, root), word (name, kind, root): the words of bodies'
--     names with those in brackets, common (person, root, bits), name_pair (left_name, right_name, person, score),
--     and the conditions on `score` and `bits` of the bands.
-- Out: name_pair with the bodies' names of the same words, named (name, person, bits), record_key (record_id, key, alike, rare, strong).

-- Names of bodies with the same words, in any order and brackets, are equal, however common the words are.
INSERT INTO name_pair
WITH worded AS (
    SELECT name, list(DISTINCT root ORDER BY root) AS words
    FROM word WHERE kind NOT IN ('particle', 'legal') GROUP BY name
)
SELECT l.name, r.name, false, 1.0
FROM worded AS l
JOIN worded AS r ON l.words = r.words AND l.name < r.name;

-- The rarity of each part of a name: how many records have it on the list where it is most common, because one list has
-- a person once. The lists alone are too short, so assume in addition that one in 200 has a given name, and one in
-- 20,000 any other part. Names that are common in a country stay common, however few of its people are listed.
CREATE OR REPLACE TEMP TABLE named AS
WITH used AS (
    SELECT DISTINCT s.record_id, r.source_id, s.person, f.root
    FROM spelled AS s
    JOIN record AS r USING (record_id)
    JOIN form AS f ON f.name = s.name AND f.person = s.person
),
listed AS (SELECT person, source_id, count(DISTINCT record_id) AS records FROM used GROUP BY ALL),
people AS (SELECT person, max(records) AS records FROM listed GROUP BY ALL),
borne AS (SELECT person, root, source_id, count(*) AS records FROM used GROUP BY ALL),
bearers AS (SELECT person, root, max(records) AS records FROM borne GROUP BY ALL),
part AS (
    SELECT DISTINCT n.name, n.person, f.reading, f.place, f.root, f.kind
    FROM (SELECT DISTINCT name, person FROM spelled) AS n
    JOIN form AS f USING (name, person)
    WHERE f.kind NOT IN ('initial', 'particle', 'legal')
)
SELECT name, person, min(bits) AS bits
FROM (
    SELECT
        p.name, p.person, p.reading,
        round(sum(least(c.bits, -log2(
            (b.records + CASE WHEN p.person AND p.kind <> 'other' THEN 100 ELSE 1 END) / (a.records + 20000)
        ))), 6) AS bits
    FROM part AS p
    JOIN bearers AS b USING (person, root)
    JOIN people AS a USING (person)
    LEFT JOIN common AS c USING (person, root)
    GROUP BY ALL
)
GROUP BY ALL;

-- A key stands for one name or for two similar ones: records that share a key have similar names.
CREATE OR REPLACE TEMP TABLE record_key AS
WITH left_named AS MATERIALIZED (  -- otherwise DuckDB first joins the names of all people with each other
    SELECT p.*, n.bits
    FROM name_pair AS p
    JOIN named AS n ON n.name = p.left_name AND n.person = p.person
),
shared AS (
    SELECT name AS l, name AS r, person, 1.0 AS score, bits FROM named
    UNION ALL
    SELECT p.left_name, p.right_name, p.person, p.score, least(p.bits, n.bits)
    FROM left_named AS p
    JOIN named AS n ON n.name = p.right_name AND n.person = p.person
),
key AS (
    SELECT
        row_number() OVER (ORDER BY l, r, person)::INTEGER AS key, l, r, person,
        CASE {alike} END AS alike,
        CASE {rare} END AS rare
    FROM shared
),
borne AS (
    SELECT key, alike, rare, l AS name, person FROM key WHERE alike IS NOT NULL
    UNION
    SELECT key, alike, rare, r, person FROM key WHERE alike IS NOT NULL
)
SELECT s.record_id, b.key, b.alike, b.rare, bool_or(s.strong) AS strong
FROM borne AS b
JOIN spelled AS s USING (name, person)
GROUP BY s.record_id, b.key, b.alike, b.rare
QUALIFY count(*) OVER (PARTITION BY b.key) > 1;
