-- The parts of the names to compare, and the pairs of parts whose distance is to be measured.
-- In: form: the result of `transforms.names.name_parts.parse_names` with words, the names of `transforms.names.syllables`,
--     and the column `abjad`: whether the word is in Arabic or Hebrew letters.
-- Out: token (token, kind, root, sound, bones, abjad), part (name, reading, place, kind, token),
--     token_spelling (token, kind, root, word, spelling),
--     near (left_token, right_token, left_sound, right_sound, left_bones, right_bones).

CREATE OR REPLACE TEMP TABLE token AS
SELECT row_number() OVER (ORDER BY kind, root, sound, bones, abjad) AS token, *
FROM (SELECT DISTINCT kind, root, sound, bones, abjad FROM form);

CREATE OR REPLACE TEMP TABLE part AS
SELECT f.name, f.reading, f.place, f.kind, t.token
FROM form AS f
JOIN token AS t USING (kind, root, sound, bones, abjad);

-- Spellings of tokens in ASCII; for Cyrillic ones also in Serbian Latin without diacritics, and in Bulgarian Latin
-- (which has sht).
CREATE OR REPLACE TEMP TABLE token_spelling AS
SELECT DISTINCT t.token, f.kind, f.root, f.word, CASE f.kind WHEN 'kunya' THEN f.word ELSE f.part END AS spelling
FROM form AS f
JOIN token AS t USING (kind, root, sound, bones, abjad)
WHERE f.word IS NOT NULL AND f.kind IN ('given', 'patronymic', 'kunya', 'other');
INSERT INTO token_spelling
SELECT DISTINCT token, kind, root, word, replace(replace(replace(
    translate(word, 'абвгдђежзијклмнопрстћуфхцчш', 'abvgddezzijklmnoprstcufhccs'), 'љ', 'lj'), 'њ', 'nj'), 'џ', 'dz')
FROM token_spelling
WHERE regexp_matches(word, '[ђжћцчшљњџ]')
UNION ALL
SELECT DISTINCT token, kind, root, word, replace(replace(replace(replace(replace(replace(replace(replace(
    translate(word, 'абвгдезийклмнопрстуфхъ', 'abvgdeziyklmnoprstufha'),
    'щ', 'sht'), 'ж', 'zh'), 'ц', 'ts'), 'ч', 'ch'), 'ш', 'sh'), 'ю', 'yu'), 'я', 'ya'), 'ь', 'y')
FROM token_spelling
WHERE contains(word, 'щ');

-- Two words that another name writes as one (Ali Asghar, Aliasghar; al Bostani, Albostani): add a reading in which they
-- are joined.
INSERT INTO part
WITH word AS (
    SELECT * FROM form WHERE kind IN ('given', 'other', 'particle')
),
solid AS (
    SELECT part, arg_min(kind, token) AS kind, min(token) AS token
    FROM word
    JOIN token USING (kind, root, sound, bones, abjad)
    WHERE length(part) >= 5
    GROUP BY part
),
joined AS (
    SELECT a.name, a.reading, a.place, solid.kind, solid.token
    FROM word AS a
    JOIN word AS b
        ON b.name = a.name AND b.reading = a.reading AND b.place = a.place + 1 AND b.kind <> 'particle'
    JOIN solid ON solid.part = a.part || b.part
)
SELECT j.name, 100 * (j.reading + 1) + j.place, j.place, j.kind, j.token FROM joined AS j
UNION ALL
SELECT j.name, 100 * (j.reading + 1) + j.place, p.place, p.kind, p.token
FROM joined AS j
JOIN part AS p ON p.name = j.name AND p.reading = j.reading AND p.place NOT IN (j.place, j.place + 1);

-- Near: phonetic keys that become equal by removing one letter from either, and equal consonant skeletons.
CREATE OR REPLACE TEMP TABLE near AS
WITH word AS (
    SELECT * FROM token WHERE kind NOT IN (
        'initial', 'particle', 'number', 'legal', 'generic', 'signs', 'syllables')
),
shortened AS (
    SELECT token, unnest(list_append(
        list_transform(range(1, length(sound) + 1), lambda i: sound[:i - 1] || sound[i + 1:]), sound)) AS shorter
    FROM word
    WHERE length(sound) >= 4
),
found AS (
    SELECT a.token AS left_token, b.token AS right_token
    FROM shortened AS a
    JOIN shortened AS b USING (shorter)
    UNION
    SELECT a.token, b.token
    FROM word AS a
    JOIN word AS b USING (bones)
    WHERE length(bones) >= 3 OR length(bones) = 2 AND (length(a.sound) = 2 OR length(b.sound) = 2)
)
SELECT
    left_token, right_token, a.sound AS left_sound, b.sound AS right_sound,
    a.bones AS left_bones, b.bones AS right_bones
FROM found
JOIN token AS a ON a.token = left_token
JOIN token AS b ON b.token = right_token
WHERE a.root <> b.root;
