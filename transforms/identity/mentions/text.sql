-- What is read: the names on the lists, the texts of the news, cut into words.
-- In: names, prisoners, sanctions, entities, entity_records, articles, article_names.
-- Out: bearing (who bears a name), mention_text (distinct titles and names), piece (their words),
--     spelled (the distinct words).

-- ================================================================ bits and scores
-- A name's bits say how few bear it: one in 2^bits. Those of its parts add up; what speaks against a match
-- takes some away, what speaks for it adds some.
CREATE OR REPLACE TEMP MACRO scored(bits) AS round(1 / (1 + pow(2, (20.0 - bits) / 2 - 2)), 3);
CREATE OR REPLACE TEMP MACRO line() AS 0.8;     -- scored(20), the published one
CREATE OR REPLACE TEMP MACRO least_() AS 0.2;   -- with less it is no candidate either
CREATE OR REPLACE TEMP MACRO capped() AS 0.5;   -- the most for what must not be a mention, however rare
CREATE OR REPLACE TEMP MACRO population() AS 100000;  -- how many people a part seen once is rare among
CREATE OR REPLACE TEMP MACRO given_bits() AS 10;      -- the most that a given name tells
CREATE OR REPLACE TEMP MACRO eastern_bits() AS 10;    -- the most that the rest of an East Asian name tells
CREATE OR REPLACE TEMP MACRO initial_bits() AS 2;
CREATE OR REPLACE TEMP MACRO father_bits() AS 8;      -- for a patronymic that agrees, against another one

-- ================================================================ texts
-- A weak alias is one that its publisher calls too broad to tell anybody by.
CREATE OR REPLACE TEMP TABLE bearing AS
WITH schemas AS (
    SELECT record_id, 'Person' AS schema FROM prisoners
    UNION
    SELECT record_id, arg_max(schema, valid_from) FROM sanctions GROUP BY record_id
)
SELECT DISTINCT n.name, s.schema, e.entity_id, n.record_id, n.kind = 'primary' AS is_primary
FROM names AS n
JOIN schemas AS s USING (record_id)
JOIN entity_records AS e USING (record_id)
WHERE n.kind <> 'weak_alias';

-- By which endings words of a title may be inflected, if not in Cyrillic, which says it itself.
CREATE OR REPLACE TEMP MACRO inflected(lang) AS CASE
    WHEN lang IN ('pl', 'cs', 'sk', 'sl', 'hr', 'bs', 'sr') THEN 'slavic'
    WHEN lang IN ('lt', 'lv') THEN 'baltic'
    WHEN lang IN ('de', 'nl', 'sv', 'da', 'no', 'nb') THEN 'germanic'
    ELSE ''
END;

CREATE OR REPLACE TEMP TABLE mention_text AS
SELECT row_number() OVER ()::INTEGER AS text_id, *
FROM (
    SELECT DISTINCT title AS text, 'title' AS what, inflected(lang) AS endings FROM articles WHERE title <> ''
    UNION ALL
    SELECT DISTINCT name, kind, '' FROM article_names
)
WHERE len(text) <= 1000;  -- as of names (names.MAX_NAME): the longest titles have 250

-- A word with all up to the next one: so the words' texts, put together, are the text. Arabic names that are
-- written as several words are one: servants of God (Abd al-Rahman), kunyas (Abu Bakr), of the faith
-- (Salah al-Din). As in `forms`, which makes one part of each.
CREATE OR REPLACE TEMP MACRO cut(text) AS regexp_extract_all(
    text,
    '(?:(?i:ab[ed]+(?:[uae]?[lrsdn]h?)?)[ -]+(?:(?i:al|el|ul|ur|ar|us|as|ad|ud|ash|an|un)[ -]+)?\pL[\pL\pM]*'
        || '|(?i:abu|abou|abi|umm|oum)[ -]+(?:(?i:al|el)[ -]+)?\pL[\pL\pM]*'
        || '|\pL[\pL\pM]*[ -]+(?i:(?:al|ad|ud|el)[ -]+di+ne?|al[ -]+deen|[ue]ddine?|aldin)\b'
        || '|[\pL\pM\pN]+(?:[''’ʼ`´][\pL\pM]+)*)[^\pL\pM\pN]*');

CREATE OR REPLACE TEMP TABLE piece AS
SELECT
    text_id, what, endings, pos::SMALLINT AS pos, raw,
    lower(shown) AS word,
    -- the words on its two sides are not parts of one name. A full stop after a short word is an
    -- abbreviation's; a hyphen with spaces is how GDELT writes any hyphen
    regexp_matches(raw, '[,;:!?|()\[\]«»„“”"/–—…]|\pL{4}[.]') AS ends,
    lower(left(shown, 1)) <> left(shown, 1) OR upper(left(shown, 1)) = left(shown, 1) AS capital
FROM (
    SELECT *, regexp_extract(raw, '^(.*?)(?:[''’ʼ`´]s)?[^\pL\pM\pN]*$', 1) AS shown
    FROM (
        SELECT text_id, what, endings, unnest(raws) AS raw, generate_subscripts(raws, 1) AS pos
        FROM (SELECT text_id, what, endings, cut(text) AS raws FROM mention_text)
    )
);

-- Names stand with capitals in alphabets that have them, and in the sources' metadata without.
CREATE OR REPLACE TEMP TABLE spelled AS
SELECT DISTINCT word, endings FROM piece WHERE capital OR what <> 'title';
