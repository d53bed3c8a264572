-- Texts that name people.
-- In: listed_part (parts of the names on the lists), word_reading (possible readings of the words of the news),
--     word_part (their parts), word_father and father_part (those that can be patronymics), common_name and
--     common_part, see mentions.py; and the tables of text.sql.
-- Out: named, chinese, lone_surname: matches with the positions of their words in a text, and bits.

-- ================================================================ readings of words
CREATE OR REPLACE TEMP TABLE word_form AS
SELECT w.word, w.endings, p.kind, p.root, p.sound, p.bones, min(CASE WHEN w.inflected THEN 0.5 ELSE 0.0 END) AS cost
FROM word_reading AS w
JOIN word_part AS p ON p.name = w.reading
-- a word with several parts, such as a line of Chinese, is not a word
SEMI JOIN (SELECT name, reading FROM word_part GROUP BY ALL HAVING count(*) = 1) AS one
    ON one.name = w.reading AND one.reading = p.reading
GROUP BY ALL;

-- Words that may occur between the parts of a name: particles, initials, titles of office, patronymics. `fathers` has the
-- roots of the patronymics that a word can be.
CREATE OR REPLACE TEMP TABLE word_trait AS
SELECT
    word, endings,
    bool_or(kind IN ('particle', 'initial'))
            AND word NOT IN ('and', 'und', 'et', 'y', 'e', 'of', 'the', 'і', 'и', 'a')
        OR word IN (
            'president', 'minister', 'general', 'gen', 'colonel', 'col', 'major', 'maj', 'captain', 'lt', 'judge',
            'mr', 'mrs', 'ms', 'dr', 'prof', 'sir', 'king', 'prince', 'sheikh', 'shaykh', 'sheik', 'haji', 'hajji',
            'mullah', 'mawlawi', 'maulvi', 'sayyid', 'syed', 'seyed', 'ayatollah', 'imam', 'leader', 'chairman',
            'senator', 'sen', 'gov', 'jr', 'sr')
        OR any_value(fathers) IS NOT NULL AS loose,
    bool_or(kind = 'given') AS given,
    any_value(fathers) AS fathers
FROM word_form
LEFT JOIN (
    SELECT w.word, w.endings, list(DISTINCT p.root) AS fathers
    FROM word_father AS w
    JOIN father_part AS p ON p.name = w.example AND p.kind = 'patronymic'
    GROUP BY ALL
) USING (word, endings)
GROUP BY word, endings;

-- ================================================================ the names on the lists
CREATE OR REPLACE TEMP TABLE core AS
SELECT
    name, reading, kind, root, sound, bones,
    row_number() OVER (PARTITION BY name, reading ORDER BY place)::INTEGER AS nth,
    count(*) OVER (PARTITION BY name, reading)::INTEGER AS n
FROM listed_part
WHERE kind IN ('given', 'other', 'kunya') AND length(root) > 1;

-- The rarity of each part: how many people on the lists and in the news have it, and in how many titles it is an ordinary
-- word.
CREATE OR REPLACE TEMP TABLE part_bits AS
WITH listed AS (
    SELECT c.root, count(DISTINCT b.entity_id) AS people, bool_or(c.kind = 'given') AS given
    FROM core AS c
    JOIN bearing AS b USING (name)
    GROUP BY c.root
),
word_count AS (
    SELECT word, endings, count(*) FILTER (what = 'person') AS people,
        count(*) FILTER (what = 'title' AND NOT capital) AS plain
    FROM piece
    GROUP BY ALL
),
news AS (
    SELECT f.root, sum(w.people + w.plain) AS people
    FROM (SELECT DISTINCT word, endings, root FROM word_form WHERE cost = 0) AS f
    JOIN word_count AS w USING (word, endings)
    GROUP BY f.root
),
common AS (
    SELECT p.root, min(n.bits) AS bits, bool_or(n.region = 'east') AS eastern
    FROM common_part AS p
    JOIN common_name AS n USING (name)
    WHERE n.region <> 'body'
    GROUP BY p.root
),
total AS (
    SELECT population()
        + (SELECT count(DISTINCT entity_id) FROM bearing WHERE schema = 'Person')
        + (SELECT count(*) FROM mention_text WHERE what = 'person') AS people
)
SELECT
    root,
    least(
        log2(t.people / (l.people + coalesce(n.people, 0))),
        c.bits,
        CASE WHEN l.given THEN given_bits() END
    )::DECIMAL(9, 2) AS bits,
    coalesce(c.eastern, false) AS eastern,
    l.people AS listed
FROM listed AS l
CROSS JOIN total AS t
LEFT JOIN news AS n USING (root)
LEFT JOIN common AS c USING (root);

-- Forms of a name that can represent it in a text: all its parts; of three or more parts also first and last, or all
-- except the last (in Spanish the mother's surname); of two parts also an initial and the other part.
CREATE OR REPLACE TEMP TABLE wanted AS
WITH weighed AS (
    SELECT
        c.*,
        CASE WHEN bool_or(c.eastern) OVER one AND NOT c.eastern
            THEN least(c.bits, eastern_bits() - log2(c.listed))::DECIMAL(9, 2) ELSE c.bits END AS worth,
        count(*) FILTER (c.kind = 'given') OVER one AS givens,
        regexp_full_match(c.sound, '.{2,}(?:[aei]vi?C|[aei]?vna|i?iCna)') AS father
    FROM (SELECT * FROM core JOIN part_bits USING (root)) AS c
    WINDOW one AS (PARTITION BY c.name, c.reading)
),
whole AS (
    SELECT
        name, reading, n, max(givens) AS givens,
        list(root ORDER BY nth) AS roots, list(worth ORDER BY nth) AS worths,
        list(kind ORDER BY nth) AS kinds, list(left(sound, 1) ORDER BY nth) AS letters,
        list(kind = 'given' OR father ORDER BY nth) AS plain
    FROM weighed
    WHERE n BETWEEN 2 AND 6
    GROUP BY ALL
)
SELECT name, 'full' AS form, roots, list_sum(worths) AS bits FROM whole
UNION ALL
SELECT name, 'incomplete', [roots[1], roots[n]], worths[1] + worths[n] - 2 * n + 1 FROM whole
WHERE n > 2 AND NOT (plain[1] AND plain[n])
UNION ALL
SELECT name, 'incomplete', roots[:n - 1], list_sum(worths[:n - 1]) - 4 FROM whole
WHERE n > 2 AND NOT list_bool_and(plain[:n - 1])
UNION ALL
SELECT name, 'initial', ['#' || letters[given], roots[3 - given]], worths[3 - given] + initial_bits()
FROM (SELECT *, CASE WHEN givens = 1 AND kinds[2] = 'given' THEN 2 ELSE 1 END AS given FROM whole WHERE n = 2);

CREATE OR REPLACE TEMP TABLE variant AS
SELECT row_number() OVER ()::INTEGER AS variant_id, roots, len(roots)::INTEGER AS n
FROM (SELECT DISTINCT roots FROM wanted);

CREATE OR REPLACE TEMP TABLE variant_name AS
SELECT v.variant_id, w.name, max(w.bits) AS bits, max_by(w.form, (w.bits, w.form)) AS form
FROM wanted AS w
JOIN variant AS v USING (roots)
GROUP BY ALL;

-- ================================================================ positions in texts
CREATE OR REPLACE TEMP TABLE alike AS
SELECT word, endings, root, min(cost) AS cost
FROM (
    SELECT f.word, f.endings, f.root, f.cost
    FROM word_form AS f
    SEMI JOIN core AS c USING (root)
    WHERE f.kind NOT IN ('initial', 'particle')
    UNION ALL
    SELECT f.word, f.endings, c.root, f.cost + 1
    FROM word_form AS f
    JOIN (SELECT DISTINCT root, sound FROM core) AS c USING (sound)
    WHERE f.kind NOT IN ('initial', 'particle')
    UNION ALL
    SELECT f.word, f.endings, c.root, f.cost + 3
    FROM word_form AS f
    JOIN (SELECT DISTINCT root, sound, bones FROM core WHERE kind = 'other') AS c USING (bones)
    WHERE f.kind = 'other' AND length(f.sound) > 5 AND damerau_levenshtein(f.sound, c.sound) = 1
    UNION ALL
    SELECT word, endings, '#' || left(sound, 1), 0 FROM word_form WHERE kind = 'initial' AND cost = 0
)
GROUP BY ALL;

CREATE OR REPLACE TEMP TABLE spot AS
SELECT p.text_id, p.pos, a.root, a.cost
FROM piece AS p
JOIN alike AS a USING (word, endings)
WHERE p.what <> 'organization' AND (p.capital OR p.what <> 'title');

-- First and last part of a name near each other, in either order.
CREATE OR REPLACE TEMP TABLE couple AS
WITH anchor AS (
    SELECT variant_id, n, roots[1] AS a, roots[-1] AS b FROM variant
    UNION
    SELECT variant_id, n, roots[-1], roots[1] FROM variant
)
SELECT l.text_id, v.variant_id, v.n, l.pos AS first, r.pos AS last, l.cost + r.cost AS cost
FROM spot AS l
JOIN spot AS r ON r.text_id = l.text_id AND r.pos > l.pos AND r.pos <= l.pos + 7
JOIN anchor AS v ON v.a = l.root AND v.b = r.root AND r.pos - l.pos <= v.n + 1;

-- The same, with all other parts present.
CREATE OR REPLACE TEMP TABLE whole AS
SELECT text_id, variant_id, n, first, last, cost FROM couple WHERE n = 2
UNION ALL
SELECT c.text_id, c.variant_id, c.n, min(least(c.first, s.pos)), max(greatest(c.last, s.pos)),
    min(c.cost) + sum(s.cost)
FROM (SELECT * FROM couple WHERE n > 2) AS c
JOIN (SELECT variant_id, unnest(roots[2:-2]) AS root FROM variant WHERE n > 2) AS v USING (variant_id)
JOIN spot AS s ON s.text_id = c.text_id AND s.root = v.root
    AND s.pos BETWEEN c.first - c.n + 2 AND c.last + c.n - 2 AND s.pos NOT IN (c.first, c.last)
GROUP BY c.text_id, c.variant_id, c.n, c.first, c.last
HAVING count(DISTINCT s.pos) >= c.n - 2 AND count(DISTINCT s.root) = c.n - 2;

-- The words between and next to the parts: an unrelated word between them, or the end of a clause, separates a name.
-- `others`: number of words that may belong to the longer name of another person.
CREATE OR REPLACE TEMP TABLE span AS
SELECT
    w.text_id, w.variant_id, w.first, w.last, min(w.cost) AS cost,
    count(*) FILTER (CASE
        WHEN x.known THEN false
        WHEN p.pos BETWEEN w.first AND w.last THEN t.given
        WHEN p.what = 'person' THEN NOT coalesce(t.loose, false)
        WHEN p.pos = w.first - 1 THEN t.given AND p.capital AND NOT p.ends
        WHEN p.pos = w.last + 1 THEN t.given AND p.capital AND NOT b.ends
        END) AS others,
    flatten(list(t.fathers) FILTER (NOT x.known AND t.fathers IS NOT NULL
        AND (p.pos BETWEEN w.first AND w.last OR (p.pos = w.last + 1 AND NOT b.ends)))) AS fathers
FROM whole AS w
JOIN variant AS v USING (variant_id)
JOIN piece AS p ON p.text_id = w.text_id AND (p.what = 'person' OR p.pos BETWEEN w.first - 1 AND w.last + 1)
JOIN piece AS b ON b.text_id = w.text_id AND b.pos = w.last
LEFT JOIN word_trait AS t ON t.word = p.word AND t.endings = p.endings
LEFT JOIN (SELECT text_id, pos, list(root) AS roots FROM spot GROUP BY ALL) AS s
    ON s.text_id = p.text_id AND s.pos = p.pos
CROSS JOIN LATERAL (
    SELECT coalesce(list_has_any(s.roots, v.roots), false) AND p.pos BETWEEN w.first AND w.last AS known
) AS x
GROUP BY w.text_id, w.variant_id, w.first, w.last
HAVING NOT bool_or(
    p.pos BETWEEN w.first AND w.last
    AND (p.ends AND p.pos < w.last
        OR NOT (x.known OR coalesce(t.loose OR t.given, false))));

-- ================================================================ people
-- The same patronymic is strong evidence for a match, a different one against it.
CREATE OR REPLACE TEMP TABLE named AS
WITH father AS (
    SELECT name, list(DISTINCT root) AS fathers FROM listed_part WHERE kind = 'patronymic' GROUP BY name
),
scored_match AS (
    SELECT
        s.text_id, s.first, s.last, b.entity_id, b.record_id,
        CASE WHEN s.others > 0 THEN 'longer' ELSE v.form END AS form,
        v.bits - s.cost - 6 * s.others + CASE
            WHEN s.fathers IS NULL OR f.fathers IS NULL THEN 0
            WHEN list_has_any(s.fathers, f.fathers) THEN father_bits()
            ELSE -father_bits()
        END AS bits
    FROM span AS s
    JOIN variant_name AS v USING (variant_id)
    JOIN bearing AS b ON b.name = v.name AND b.schema = 'Person'
    LEFT JOIN father AS f ON f.name = v.name
)
SELECT * FROM scored_match
WHERE scored(bits + 4) >= least_()
QUALIFY row_number() OVER (PARTITION BY text_id, record_id ORDER BY bits DESC, last - first DESC, first, form) = 1;

-- ================================================================ Chinese
-- Chinese has no spaces: a listed name of three or more characters is searched in titles as written.
CREATE OR REPLACE TEMP TABLE chinese AS
WITH listed AS (
    SELECT DISTINCT regexp_replace(name, '[·•・‧\s]', '', 'g') AS name, entity_id, record_id
    FROM bearing
    WHERE schema = 'Person' AND regexp_full_match(name, '[\p{Han}·•・‧\s]+')
),
searchable AS (
    SELECT *, count(DISTINCT entity_id) OVER (PARTITION BY name[2:]) AS namesakes
    FROM listed
    WHERE length(name) BETWEEN 3 AND 12
),
title AS (
    SELECT text_id, regexp_replace(text, '[·•・‧]', '', 'g') AS text
    FROM mention_text
    WHERE what = 'title' AND regexp_matches(text, '\p{Han}{3}')
),
slice AS (
    SELECT text_id, pos, n, substr(text, pos, n) AS name
    FROM (SELECT text_id, text, unnest(range(1, length(text) - 1)) AS pos FROM title)
    CROSS JOIN (SELECT DISTINCT length(name) AS n FROM searchable)
)
SELECT
    s.text_id, s.pos::SMALLINT AS first, (s.pos + s.n - 1)::SMALLINT AS last, t.entity_id, t.record_id, t.name,
    -- three characters are as rare as an East Asian surname with a given name
    (14 + 4 * (s.n - 3) - log2(t.namesakes))::DECIMAL(9, 2) AS bits
FROM slice AS s
JOIN searchable AS t USING (name);

-- ================================================================ surnames alone
-- A rare surname alone in a title is only a candidate, and only if few people have it.
CREATE OR REPLACE TEMP TABLE lone_surname AS
WITH surname AS (
    SELECT c.root, b.entity_id, b.record_id, p.bits
    FROM core AS c
    JOIN part_bits AS p USING (root)
    JOIN bearing AS b ON b.name = c.name AND b.schema = 'Person'
    WHERE c.n = 2 AND c.kind = 'other' AND p.bits >= 13 AND length(c.root) > 4
    QUALIFY count(DISTINCT b.entity_id) OVER (PARTITION BY c.root) <= 3
)
SELECT DISTINCT s.text_id, s.pos AS first, s.pos AS last, n.entity_id, n.record_id, n.bits
FROM spot AS s
JOIN surname AS n USING (root)
JOIN mention_text AS t ON t.text_id = s.text_id AND t.what = 'title'
WHERE s.cost = 0;
