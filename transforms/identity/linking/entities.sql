-- The tables of entities.
-- In: record, spelled, name_pair, weighed, grouped (record_id, entity_id), refusal (left_record, right_record, why).
-- Out: entities, entity_records, links as their contracts say.

-- The most similar names of two records.
CREATE OR REPLACE TEMP TABLE alike AS
WITH either AS (
    SELECT left_name, right_name, person, score FROM name_pair
    UNION ALL
    SELECT right_name, left_name, person, score FROM name_pair
    UNION ALL
    SELECT DISTINCT name, name, person, 1.0 FROM spelled
)
SELECT
    w.left_record, w.right_record,
    arg_max({'l': e.left_name, 'r': e.right_name, 'score': e.score},
        (a.strong AND b.strong, e.score, e.left_name = e.right_name, e.left_name, e.right_name)) AS names
FROM weighed AS w
JOIN spelled AS a ON a.record_id = w.left_record
JOIN either AS e ON e.left_name = a.name AND e.person = a.person
JOIN spelled AS b ON b.record_id = w.right_record AND b.name = e.right_name
GROUP BY ALL;

CREATE OR REPLACE TABLE links AS
WITH explained AS (
    SELECT
        w.*, l.entity_id = r.entity_id AS together, f.why, a.names AS alike,
        list_intersect(x.births, y.births) AS same_births, x.births AS l_births, y.births AS r_births,
        list_intersect(x.places, y.places) AS same_places
    FROM weighed AS w
    JOIN grouped AS l ON l.record_id = w.left_record
    JOIN grouped AS r ON r.record_id = w.right_record
    JOIN record AS x ON x.record_id = w.left_record
    JOIN record AS y ON y.record_id = w.right_record
    LEFT JOIN refusal AS f USING (left_record, right_record)
    LEFT JOIN alike AS a USING (left_record, right_record)
)
SELECT
    left_record, right_record,
    CASE WHEN together THEN 'same' WHEN why IS NOT NULL THEN 'refused' ELSE 'candidate' END AS status,
    CASE WHEN decided THEN 1.0 WHEN decided = false THEN 0.0 WHEN method <> 'model' THEN 1.0
        ELSE round(1 / (1 + 2 ** -weight), 6) END AS score,
    method,
    concat_ws('; ',
        CASE WHEN NOT together THEN coalesce(why, doubt) END,
        CASE WHEN method = 'decision' THEN 'decided: ' || decided_because END,
        'same ' || what,
        CASE WHEN alike.score = 1 AND alike.l = alike.r THEN 'both named ' || alike.l
            WHEN alike.score IS NOT NULL
                THEN 'named ' || alike.l || ' and ' || alike.r || ' (' || format('{:.2f}', alike.score) || ')' END,
        CASE WHEN len(same_births) > 0 THEN 'both born ' || list_min(same_births)
            WHEN len(l_births) > 0 AND len(r_births) > 0 THEN 'born ' || list_min(l_births) || ' and ' || list_min(r_births)
        END,
        CASE WHEN len(same_places) > 0 THEN 'both ' || list_min(same_places) END
    ) AS reason
FROM explained
WHERE together OR why IS NOT NULL OR likely;

-- Each record has the score and method of the best link that connects it to its entity.
CREATE OR REPLACE TABLE entity_records AS
WITH end_of_link AS (
    SELECT left_record AS record_id, score, method FROM links WHERE status = 'same'
    UNION ALL
    SELECT right_record, score, method FROM links WHERE status = 'same'
),
best AS (
    SELECT record_id, arg_max({'score': score, 'method': method}, (
        list_position(['model', 'identifier', 'reference', 'decision'], method), score)) AS link
    FROM end_of_link GROUP BY record_id
)
SELECT
    g.entity_id, g.record_id, coalesce(b.link.score, 1.0)::DOUBLE AS score, coalesce(b.link.method, 'own') AS method
FROM grouped AS g
LEFT JOIN best AS b USING (record_id);

-- The most precise date of birth: a day, else a month, else a year, else an approximate date or range. Of several equally
-- precise ones, that of most records.
CREATE OR REPLACE TEMP TABLE birth AS
SELECT entity_id, arg_min(birth, (contains(birth, '~') OR contains(birth, '/'), -len(birth), -records, birth)) AS birth_date
FROM (
    SELECT g.entity_id, birth, count(*) AS records
    FROM (SELECT record_id, unnest(births) AS birth FROM record)
    JOIN grouped AS g USING (record_id)
    GROUP BY ALL
)
GROUP BY entity_id;

-- The name to show is the main name of one record: preferably in Latin letters, not entirely in capitals, and used by most
-- records of the entity in any order of its parts. For people, preferably without a surname in capitals, or with it at
-- the end.
CREATE OR REPLACE TEMP TABLE shown AS
WITH bag AS (
    SELECT DISTINCT name, list_sort(string_split(regexp_replace(lower(name), '[^\pL\pN ]', '', 'g'), ' ')) AS parts
    FROM (SELECT name FROM spelled UNION SELECT name FROM record)
),
borne AS (
    SELECT g.entity_id, b.parts, count(DISTINCT s.record_id) AS records
    FROM spelled AS s
    JOIN bag AS b USING (name)
    JOIN grouped AS g USING (record_id)
    GROUP BY ALL
)
SELECT
    g.entity_id,
    arg_min(r.name, (
        NOT regexp_full_match(r.name, '[\x00-\x{24f}\x{1e00}-\x{1eff}\x{2000}-\x{206f}]*'),
        r.name = upper(r.name),
        -coalesce(n.records, 0),
        r.kind = 'person' AND regexp_matches(r.name, '\b\p{Lu}{2,}\b'),
        regexp_matches(r.name, '^\p{Lu}{2,}\b'),
        r.first_seen, r.record_id
    )) AS name
FROM record AS r
JOIN grouped AS g USING (record_id)
JOIN bag AS b ON b.name = r.name
LEFT JOIN borne AS n ON n.entity_id = g.entity_id AND n.parts = b.parts
GROUP BY g.entity_id;

CREATE OR REPLACE TABLE entities AS
SELECT
    g.entity_id,
    arg_min(r.schema, list_position(
        ['Person', 'Vessel', 'Airplane', 'Company', 'Organization', 'LegalEntity'], r.schema)) AS schema,
    any_value(s.name) AS name,
    list_sort(list_distinct(flatten(list(r.countries)))) AS countries,
    any_value(b.birth_date) AS birth_date,
    count(*)::INTEGER AS records
FROM grouped AS g
JOIN record AS r USING (record_id)
JOIN shown AS s USING (entity_id)
LEFT JOIN birth AS b USING (entity_id)
GROUP BY g.entity_id;
