-- Similarity of the names of two lists, either of people or of bodies.
-- In: named (side, name), part, token, token_spelling from `comparison_parts.sql`, measured (left_token,
--     right_token, alike), fit (word, spelling, alike), weight (kind, weight), and the variables `person`, `floor` and
--     `other`: the side with which the left one is compared (`left` itself, or `right`).
-- Out: scored_name (left_name, right_name, score).

-- Whether two parts with different roots can be the same by their spelling.
CREATE OR REPLACE TEMP MACRO spelled_as_one(a_kind, a_root, b_kind, b_root) AS
    a_root <> b_root AND CASE
        WHEN a_kind = 'kunya' OR b_kind = 'kunya' THEN a_kind = b_kind AND left(a_root, 3) = left(b_root, 3)
        ELSE a_kind <> b_kind OR a_kind NOT IN ('given', 'patronymic') END;

-- Similar letters do not count for two given names or patronymics known to be different. A surname does not match
-- the given name or surname that it is derived from (Aleinik, Aleinikov).
-- Two parts can be alike in several ways, of which the best counts: once, because copies would break ties by chance.
CREATE OR REPLACE TEMP TABLE alike AS
WITH found AS (
    SELECT
        left_token, right_token,
        CASE WHEN a.kind = b.kind AND a.kind IN ('given', 'patronymic', 'kunya') AND a.root <> b.root THEN 0.6 * alike
            WHEN a.kind <> b.kind AND a.sound <> b.sound
                AND (starts_with(a.sound, b.sound) OR starts_with(b.sound, a.sound)) THEN 0
            WHEN regexp_matches(a.sound[length(b.sound) + 1:], '^([ae]v|in)a?$') AND starts_with(a.sound, b.sound)
                OR regexp_matches(b.sound[length(a.sound) + 1:], '^([ae]v|in)a?$') AND starts_with(b.sound, a.sound) THEN 0
            WHEN a.sound = b.sound THEN 0.98
            ELSE (alike - 0.3) / 0.7 END AS alike
    FROM measured
    JOIN token AS a ON a.token = left_token
    JOIN token AS b ON b.token = right_token
    WHERE alike >= 0.6
    UNION ALL
    SELECT a.token, b.token, 1
    FROM token AS a
    JOIN token AS b USING (root)
    WHERE a.kind NOT IN ('signs', 'syllables') AND b.kind NOT IN ('signs', 'syllables')
    UNION ALL
    -- see `transforms.names.syllables`
    SELECT a.token, b.token, 1
    FROM token AS a
    JOIN token AS b USING (root)
    WHERE a.kind IN ('signs', 'syllables') AND b.kind IN ('signs', 'syllables')
        AND (a.sound = b.sound OR regexp_full_match(a.sound, b.sound) OR regexp_full_match(b.sound, a.sound))
        AND (a.bones = b.bones OR a.bones = '' OR b.bones = '')
    UNION ALL
    -- a script without vowels: see `transforms.names.abjads`; for bodies, whose names have all kinds of words, only long words
    SELECT unnest([x.token, y.token]), unnest([y.token, x.token]), f.alike
    FROM fit AS f
    JOIN token_spelling AS x ON x.word = f.word
    JOIN token_spelling AS y ON y.spelling = f.spelling
    WHERE spelled_as_one(x.kind, x.root, y.kind, y.root) AND (getvariable('person') OR f.alike > 0.9)
    UNION ALL
    -- the same letters except for diacritics, which are often omitted: Šešelj, Шешељ, Seselj
    SELECT DISTINCT x.token, y.token, 0.95
    FROM token_spelling AS x
    JOIN token_spelling AS y ON y.spelling = x.spelling
    WHERE length(x.spelling) >= 4 AND spelled_as_one(x.kind, x.root, y.kind, y.root)
    UNION ALL
    SELECT
        unnest([a.token, b.token]), unnest([b.token, a.token]), 0.8
    FROM token AS a
    JOIN token AS b ON starts_with(b.sound, a.sound)
    WHERE a.kind = 'initial' AND b.kind IN ('given', 'patronymic', 'other')
)
SELECT left_token, right_token, max(alike) AS alike
FROM found
GROUP BY left_token, right_token;

-- Readings, numbered: a cell may contain several names.
CREATE OR REPLACE TEMP TABLE reading AS
SELECT row_number() OVER (ORDER BY n.side, p.name, p.reading) AS id, n.side, p.name, p.reading
FROM (SELECT DISTINCT name, reading FROM part) AS p
JOIN named AS n USING (name);

CREATE OR REPLACE TEMP TABLE piece AS
SELECT
    r.id, r.side, p.token, p.kind, w.weight, p.place,
    -- a repeated part (Ali Ali) counts twice
    row_number() OVER (PARTITION BY r.id, p.token ORDER BY p.place) AS nth
FROM reading AS r
JOIN part AS p ON p.name = r.name AND p.reading = r.reading
JOIN weight AS w ON w.kind = p.kind;

-- Candidates: pairs of readings that share a rare part, or two parts.
CREATE OR REPLACE TEMP TABLE bearer AS
SELECT side, token, id, count(*) OVER (PARTITION BY side, token) AS bearers
FROM (SELECT DISTINCT side, token, id FROM piece WHERE weight >= 0.5);
CREATE OR REPLACE TEMP TABLE borne_left AS
SELECT token AS left_token, any_value(bearers) AS left_bearers FROM bearer WHERE side = 'left' GROUP BY token;
CREATE OR REPLACE TEMP TABLE borne_right AS
SELECT token AS right_token, any_value(bearers) AS right_bearers
FROM bearer WHERE side = getvariable('other') GROUP BY token;

CREATE OR REPLACE TEMP TABLE rare AS
SELECT left_token, right_token, left_bearers * right_bearers AS pairs
FROM alike
JOIN borne_left USING (left_token)
JOIN borne_right USING (right_token)
WHERE left_bearers * right_bearers <= 2500;

CREATE OR REPLACE TEMP TABLE twofold AS
SELECT DISTINCT a.id, a.side, hash(least(t.root, u.root), greatest(t.root, u.root)) AS roots
FROM piece AS a
JOIN piece AS b ON a.id = b.id AND a.place < b.place
JOIN token AS t ON t.token = a.token
JOIN token AS u ON u.token = b.token
WHERE a.weight >= 0.5 AND b.weight >= 0.5;

CREATE OR REPLACE TEMP TABLE candidate AS
SELECT x.id AS l, y.id AS r
FROM rare
JOIN bearer AS x ON x.token = left_token AND x.side = 'left'
JOIN bearer AS y ON y.token = right_token AND y.side = getvariable('other')
WHERE getvariable('other') = 'right' OR x.id < y.id
UNION
SELECT x.id, y.id
FROM (SELECT roots FROM twofold GROUP BY roots HAVING count(*) <= 500)
JOIN twofold AS x USING (roots)
JOIN twofold AS y USING (roots)
WHERE x.side = 'left' AND y.side = getvariable('other') AND (getvariable('other') = 'right' OR x.id < y.id);

CREATE OR REPLACE TEMP TABLE whole AS
SELECT
    id, count(*) FILTER (weight >= 0.5) AS parts,
    coalesce(sum(weight) FILTER (kind <> 'patronymic'), 0) AS plain,
    coalesce(sum(weight) FILTER (kind = 'patronymic'), 0) AS patronymic,
    bool_or(kind IN ('other', 'kunya')) AS surname
FROM piece
GROUP BY id;

-- Similar parts of candidates.
CREATE OR REPLACE TEMP TABLE matched AS
SELECT c.l, c.r, a.alike, x.place AS left_place, y.place AS right_place
FROM candidate AS c
JOIN piece AS x ON x.id = c.l
JOIN piece AS y ON y.id = c.r
JOIN alike AS a ON a.left_token = x.token AND a.right_token = y.token
WHERE x.token <> y.token OR x.nth = y.nth;

-- One common part of longer names is weak evidence: such pairs are scored only for a low floor.
CREATE OR REPLACE TEMP TABLE worth_scoring AS
SELECT l, r
FROM (SELECT l, r, count(*) AS parts FROM matched GROUP BY l, r) AS m
JOIN whole AS x ON x.id = l
JOIN whole AS y ON y.id = r
WHERE m.parts > 1 OR x.parts = 1 AND y.parts = 1 OR getvariable('floor') < 0.5;
DELETE FROM matched WHERE NOT EXISTS (SELECT 1 FROM worth_scoring AS w WHERE w.l = matched.l AND w.r = matched.r);

-- score = same / (same + different). Parts unmatched in both names are different. Parts unmatched in one name only may
-- just have been omitted, most easily a patronymic; but for bodies they distinguish a subsidiary from its parent.
-- If both first names are unmatched, the people are siblings, or parent and child if the father's name follows. If there is
-- a surname but none matches, only given names agree.
CREATE OR REPLACE TEMP TABLE scored AS
WITH best AS (
    SELECT *
    FROM matched
    QUALIFY row_number() OVER (
            PARTITION BY l, r, left_place ORDER BY alike DESC, abs(left_place - right_place), right_place) = 1
        AND row_number() OVER (
            PARTITION BY l, r, right_place ORDER BY alike DESC, abs(left_place - right_place), left_place) = 1
),
summed AS (
    SELECT
        l, r,
        sum((x.weight + y.weight) * alike) AS same,
        sum(x.weight + y.weight) AS weight,
        coalesce(sum(x.weight) FILTER (x.kind <> 'patronymic'), 0) AS left_plain,
        coalesce(sum(y.weight) FILTER (y.kind <> 'patronymic'), 0) AS right_plain,
        coalesce(sum(x.weight) FILTER (x.kind = 'patronymic'), 0) AS left_patronymic,
        coalesce(sum(y.weight) FILTER (y.kind = 'patronymic'), 0) AS right_patronymic,
        count(*) FILTER (least(x.weight, y.weight) >= 0.5) AS parts,
        bool_or(left_place = 0)::INTEGER + bool_or(right_place = 0)::INTEGER AS begun,
        bool_or((x.kind IN ('other', 'kunya') OR y.kind IN ('other', 'kunya'))
            AND x.kind <> 'patronymic' AND y.kind <> 'patronymic') AS by_surname
    FROM best
    JOIN piece AS x ON x.id = l AND x.place = left_place
    JOIN piece AS y ON y.id = r AND y.place = right_place
    GROUP BY l, r
),
left_over AS (
    SELECT
        s.*, x.parts AS left_parts, y.parts AS right_parts,
        CASE WHEN getvariable('person') THEN 2 ELSE 3 END * least(x.plain - left_plain, y.plain - right_plain)
        + CASE WHEN getvariable('person') THEN 0.35 ELSE 1.2 END
            * abs(x.plain - left_plain - (y.plain - right_plain))
        + 2 * least(x.patronymic - left_patronymic, y.patronymic - right_patronymic)
        + 0.1 * abs(x.patronymic - left_patronymic - (y.patronymic - right_patronymic)) AS differs,
        CASE WHEN begun = 0 THEN 1 WHEN begun = 1 AND least(left_patronymic, right_patronymic) = 0 THEN 0.7 ELSE 0
            END AS first_differs,
        CASE WHEN by_surname OR NOT (x.surname OR y.surname) THEN 0 ELSE 1.5 END AS surname_differs
    FROM summed AS s
    JOIN whole AS x ON x.id = s.l
    JOIN whole AS y ON y.id = s.r
)
SELECT
    l, r,
    -- rounded, because the order of summation changes the last digit
    round(least(1, same / (weight + differs + CASE WHEN getvariable('person') THEN first_differs + surname_differs ELSE 0 END))
    * CASE WHEN parts < 2 AND greatest(left_parts, right_parts) >= 2 THEN 0.5 ELSE 1 END, 6) AS score
FROM left_over;

CREATE OR REPLACE TEMP TABLE scored_name AS
SELECT
    CASE WHEN getvariable('other') = 'left' THEN least(x.name, y.name) ELSE x.name END AS left_name,
    CASE WHEN getvariable('other') = 'left' THEN greatest(x.name, y.name) ELSE y.name END AS right_name,
    max(score) AS score
FROM scored
JOIN reading AS x ON x.id = l
JOIN reading AS y ON y.id = r
WHERE score >= getvariable('floor') AND (getvariable('other') = 'right' OR x.name <> y.name)
GROUP BY ALL;
