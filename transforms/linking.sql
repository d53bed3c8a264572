-- Which records are one real-world person or body, and which articles name it.
-- In: record (record_id, source_id, schema, name, countries, births),
--     name_key (record_id, key), keys (name, key), articles, article_names.
-- Out: entities, entity_records, mentions as their contracts say.

-- A key borne by two records of one list tells nobody apart: it links nothing.
CREATE OR REPLACE TEMP TABLE telling AS
SELECT DISTINCT k.key, k.record_id, r.source_id, r.schema = 'Person' AS is_person, r.births
FROM name_key AS k
JOIN record AS r USING (record_id)
QUALIFY count(*) OVER (PARTITION BY k.key, r.source_id, r.schema = 'Person') = 1;

-- People need an agreeing date of birth besides the name: a namesake is not the same man.
-- Dates agree if one is the other, cut short (1954 and 1954-08-30).
CREATE OR REPLACE TEMP TABLE pair AS
SELECT DISTINCT a.record_id AS a, b.record_id AS b
FROM telling AS a
JOIN telling AS b ON a.key = b.key AND a.is_person = b.is_person AND a.source_id < b.source_id
WHERE NOT a.is_person OR len(list_filter(
    a.births, lambda x: len(list_filter(b.births, lambda y: starts_with(x, y) OR starts_with(y, x))) > 0
)) > 0;

-- Connected records, by the smallest record_id that can be reached.
CREATE OR REPLACE TEMP TABLE reached AS
WITH RECURSIVE walk (record_id, root) AS (
    SELECT record_id, record_id FROM record
    UNION
    SELECT p.other, w.root
    FROM walk AS w
    JOIN (SELECT a AS record_id, b AS other FROM pair UNION ALL SELECT b, a FROM pair) AS p USING (record_id)
)
SELECT record_id, min(root) AS root FROM walk GROUP BY record_id;

-- A group with two records of one list has mixed people up somewhere: it is taken apart again.
CREATE OR REPLACE TEMP TABLE grouped AS
SELECT
    r.*,
    CASE WHEN count(*) OVER (PARTITION BY g.root) = count(DISTINCT r.source_id) OVER (PARTITION BY g.root)
        THEN g.root ELSE r.record_id END AS root
FROM record AS r
JOIN reached AS g USING (record_id);

CREATE OR REPLACE TABLE entity_records AS
SELECT
    'vg-' || left(sha256(root), 16) AS entity_id,
    record_id,
    1.0::DOUBLE AS score,
    CASE WHEN count(*) OVER (PARTITION BY root) = 1 THEN 'own' ELSE 'exact_name' END AS method
FROM grouped;

-- A day before a month, a month before a year, and any of them before `about` and `between`.
CREATE OR REPLACE TEMP TABLE born AS
SELECT root, arg_min(birth, (contains(birth, '~') OR contains(birth, '/'), -len(birth), birth)) AS birth_date
FROM (SELECT root, unnest(births) AS birth FROM grouped)
GROUP BY root;

CREATE OR REPLACE TABLE entities AS
SELECT
    'vg-' || left(sha256(root), 16) AS entity_id,
    arg_min(schema, record_id) AS schema,
    arg_min(name, record_id) AS name,
    list_sort(list_distinct(flatten(list(countries)))) AS countries,
    any_value(b.birth_date) AS birth_date,
    count(*)::INTEGER AS records
FROM grouped
LEFT JOIN born AS b USING (root)
GROUP BY root;

-- A name in the news is taken for an entity only if no other entity bears it.
CREATE OR REPLACE TEMP TABLE bearer AS
SELECT DISTINCT k.key, r.schema = 'Person' AS is_person, e.entity_id, k.record_id
FROM name_key AS k
JOIN record AS r USING (record_id)
JOIN entity_records AS e USING (record_id)
QUALIFY min(e.entity_id) OVER (PARTITION BY k.key, r.schema = 'Person')
    = max(e.entity_id) OVER (PARTITION BY k.key, r.schema = 'Person');

CREATE OR REPLACE TABLE mentions AS
SELECT
    n.article_id, b.entity_id, b.record_id, n.name AS matched_name,
    'exact_name' AS method, 1.0::DOUBLE AS score, a.published_at, a.seen_at
FROM article_names AS n
JOIN keys AS k ON k.name = n.name
JOIN bearer AS b ON b.key = k.key AND b.is_person = (n.kind = 'person')
JOIN articles AS a ON a.article_id = n.article_id
WHERE k.key <> '';
