-- Which names answer a question.
-- In: asked_form, known_form, the forms of the question and of all names.
-- Out: holding (name, score): names that hold every part of the question, and what they count for it;
--     worth_comparing (name, person): the names that hold half of its parts at least.

-- Parts of one root, or spoken almost the same; given names of two roots are two names.
CREATE OR REPLACE TEMP TABLE likeness AS
WITH asked AS (FROM asked_form WHERE kind <> 'particle'),
known AS (SELECT DISTINCT part, kind, root, sound FROM known_form WHERE kind <> 'particle')
SELECT
    a.reading AS asked_reading, a.place AS asked_place, k.part, k.kind,
    CASE WHEN a.part = k.part THEN 1
        WHEN a.root = k.root THEN 0.99  -- spelled as it was asked for comes first
        WHEN a.kind = 'given' AND k.kind = 'given' THEN 0
        WHEN a.kind = 'initial' THEN CASE WHEN starts_with(k.sound, a.sound) THEN 0.8 ELSE 0 END
        ELSE 1 - levenshtein(a.sound, k.sound) / greatest(length(a.sound), length(k.sound), 1)
    END AS alike
FROM asked AS a
CROSS JOIN known AS k
WHERE alike >= 0.8;

CREATE OR REPLACE TEMP TABLE held AS
WITH best AS (
    SELECT f.name, f.reading, l.asked_reading, l.asked_place, max(l.alike) AS alike
    FROM known_form AS f
    JOIN likeness AS l USING (part, kind)
    GROUP BY ALL
),
wanted AS (
    SELECT reading AS asked_reading, count(*) AS parts FROM asked_form WHERE kind <> 'particle' GROUP BY reading
)
SELECT b.name, avg(b.alike) AS alike, count(*) / any_value(w.parts) AS share
FROM best AS b
JOIN wanted AS w USING (asked_reading)
GROUP BY b.name, b.reading, b.asked_reading;

-- A name in which more stands than was asked is no equal: what is one, `compare` finds.
CREATE OR REPLACE TEMP TABLE holding AS
SELECT name, 0.9 * max(alike) AS score FROM held WHERE share = 1 GROUP BY name;

CREATE OR REPLACE TEMP TABLE worth_comparing AS
SELECT DISTINCT name, unnest([true, false]) AS person FROM held WHERE share >= 0.5;
