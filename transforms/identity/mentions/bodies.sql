-- Texts that name bodies.
-- In: body_part (parts of the names on the lists), organization_part (of the names that the sources found),
--     body_word_part (of the words of titles), common_name and common_part, see mentions.py; and the tables of text.sql.
-- Out: body_named.
-- Ships and aircraft are not searched: their names are ordinary words (Victory, Sierra), and a title does not show that
-- it means a ship.

-- Names without legal forms and particles, which are often omitted.
CREATE OR REPLACE TEMP TABLE body_reading AS
SELECT name, list(root ORDER BY place) AS roots, list(part ORDER BY place) AS words
FROM body_part
WHERE kind NOT IN ('legal', 'particle') AND root <> ''
GROUP BY name, reading
HAVING count(*) <= 12;

CREATE OR REPLACE TEMP TABLE body AS
SELECT row_number() OVER ()::INTEGER AS body_id, roots, len(roots)::INTEGER AS n
FROM (SELECT DISTINCT roots FROM body_reading);

-- The same for texts, with the position of each word in its text, and whether a clause ends with it. A word without a
-- capital is not part of a name, and interrupts one.
CREATE OR REPLACE TEMP TABLE body_piece AS
SELECT
    p.text_id, p.pos, p.ends, p.capital, w.part, coalesce(w.root, '~') AS root,
    row_number() OVER (PARTITION BY p.text_id ORDER BY p.pos)::SMALLINT AS nth
FROM piece AS p
LEFT JOIN (
    SELECT name AS word, any_value(part) AS part, any_value(root) AS root, any_value(kind) AS kind
    FROM body_word_part
    GROUP BY name
    HAVING count(*) = 1
) AS w USING (word)
WHERE p.what = 'title' AND (w.kind IS NULL OR w.kind NOT IN ('legal', 'particle') AND w.root <> '');

CREATE OR REPLACE TEMP TABLE body_text AS
SELECT text_id, 'title' AS what, list(root ORDER BY nth) AS roots, list(part ORDER BY nth) AS words,
    list(pos ORDER BY nth) AS places, list(ends ORDER BY nth) AS ends
FROM body_piece
GROUP BY text_id
UNION ALL
SELECT
    t.text_id, t.what, p.roots, p.words,
    -- what a source found is a complete name
    list_transform(p.roots, lambda x, i: CASE i WHEN 1 THEN 1 ELSE 999 END),
    list_transform(p.roots, lambda x: false)
FROM (
    SELECT name, list(root ORDER BY place) AS roots, list(part ORDER BY place) AS words
    FROM organization_part
    WHERE kind NOT IN ('legal', 'particle') AND root <> ''
    GROUP BY name, reading
) AS p
JOIN mention_text AS t ON t.what = 'organization' AND t.text = p.name;

-- The rarity of each word: how many bodies have it, and in how many titles it is an ordinary word.
CREATE OR REPLACE TEMP TABLE body_bits AS
WITH listed AS (
    SELECT p.root, count(DISTINCT b.entity_id) AS bodies, bool_or(p.kind IN ('generic', 'number')) AS generic
    FROM body_part AS p
    JOIN bearing AS b USING (name)
    GROUP BY p.root
),
news AS (
    SELECT root, count(DISTINCT text_id) AS bodies, 0 AS plain
    FROM (SELECT text_id, unnest(roots) AS root FROM body_text WHERE what = 'organization')
    GROUP BY root
    UNION ALL
    SELECT root, 0, count(DISTINCT text_id) FROM body_piece WHERE NOT capital GROUP BY root
),
common AS (
    SELECT p.sound AS root, min(n.bits) AS bits
    FROM common_part AS p
    JOIN common_name AS n USING (name)
    GROUP BY p.sound
),
total AS (
    SELECT population() + (SELECT count(DISTINCT entity_id) FROM bearing WHERE schema <> 'Person')
        + (SELECT count(*) FROM mention_text WHERE what = 'organization') AS bodies
)
SELECT
    l.root,
    least(
        log2(any_value(t.bodies) / (any_value(l.bodies) + coalesce(sum(n.bodies + n.plain), 0))),
        any_value(c.bits),
        CASE WHEN any_value(l.generic) THEN 6 END
    )::DECIMAL(9, 2) AS bits,
    any_value(l.generic) OR any_value(c.bits) IS NOT NULL AS common,
    coalesce(sum(n.plain), 0) AS plain
FROM listed AS l
CROSS JOIN total AS t
LEFT JOIN news AS n USING (root)
LEFT JOIN common AS c USING (root)
GROUP BY l.root;

-- A name of one word is worth less than a rare word, even if it is long and not common: only an agreeing country, or a
-- second list, makes it a mention. Names of several words have the sum of their bits, but one word must be rare.
CREATE OR REPLACE TEMP TABLE body_worth AS
SELECT
    body_id,
    CASE WHEN count(*) = 1
        THEN 17 - CASE WHEN max(length(root)) < 6 THEN 3 ELSE 0 END - CASE WHEN bool_or(common) THEN 8 ELSE 0 END
            - log2(1 + max(plain))::DECIMAL(9, 2)
        ELSE sum(bits) END AS bits,
    count(*) = 1 OR max(bits) >= 12 AS rare
FROM (SELECT DISTINCT body_id, unnest(roots) AS root FROM body)
JOIN body_bits USING (root)
GROUP BY body_id;

CREATE OR REPLACE TEMP TABLE body_spot AS
SELECT t.text_id, b.body_id, 1 AS nth
FROM body_text AS t
JOIN body AS b USING (roots)
WHERE t.what = 'organization'
UNION ALL
SELECT l.text_id, b.body_id, l.nth
FROM body_piece AS l
JOIN body_piece AS r ON r.text_id = l.text_id AND r.nth = l.nth + 1
JOIN body AS b ON b.roots[1] = l.root AND b.roots[2] = r.root
JOIN body_text AS t ON t.text_id = l.text_id
WHERE l.capital AND t.roots[l.nth:l.nth + b.n - 1] = b.roots
UNION ALL
SELECT l.text_id, b.body_id, l.nth
FROM body_piece AS l
JOIN body AS b ON b.n = 1 AND b.roots[1] = l.root
WHERE l.capital AND length(l.part) > 6;

CREATE OR REPLACE TEMP TABLE body_named AS
WITH on_lists AS (
    SELECT entity_id, count(DISTINCT split_part(record_id, ':', 1)) AS lists FROM entity_records GROUP BY entity_id
),
scored_match AS (
    SELECT
        s.text_id, t.places[s.nth] AS first, t.places[s.nth + b.n - 1] AS last, e.entity_id, e.record_id,
        CASE WHEN NOT w.rare THEN 'common' WHEN b.n > 1 THEN 'body' ELSE 'word' END AS form,
        w.bits
            -- a different spelling of a word is less certain
            - list_sum([(x[1] <> x[2])::INTEGER FOR x IN list_zip(r.words, t.words[s.nth:s.nth + b.n - 1])])
            -- what a source found is a name and nothing else
            + CASE WHEN t.what = 'title' THEN CASE b.n WHEN 1 THEN -1 ELSE 0 END
                WHEN b.n > 1 THEN 1 WHEN l.lists > 1 THEN 3 ELSE 0 END AS bits
    FROM body_spot AS s
    JOIN body_text AS t USING (text_id)
    JOIN body AS b USING (body_id)
    JOIN body_worth AS w USING (body_id)
    JOIN body_reading AS r ON r.roots = b.roots
    JOIN bearing AS e ON e.name = r.name AND e.schema NOT IN ('Person', 'Vessel', 'Airplane')
    JOIN on_lists AS l USING (entity_id)
    WHERE NOT coalesce(list_bool_or(t.ends[s.nth:s.nth + b.n - 2]), false)
        AND (b.n > 1 OR t.what = 'organization' OR e.is_primary)
)
SELECT * FROM scored_match
QUALIFY row_number() OVER (PARTITION BY text_id, record_id ORDER BY bits DESC, last - first DESC, first, form) = 1;
