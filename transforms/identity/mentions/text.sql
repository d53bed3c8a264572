-- The texts to compare: names on the lists, and titles and names in the news, split into words.
-- In: names, prisoners, sanctions, entities, entity_records, articles, article_names.
-- Out: bearing (names with their records and entities), mention_text (distinct titles and names), piece (their words),
--     spelled (the distinct words).

-- ================================================================ bits and scores
-- Bits measure rarity: one in 2^bits people has the name. The bits of a name's parts are added. Evidence against a match
-- costs bits, evidence for it adds some.
CREATE OR REPLACE TEMP MACRO scored(bits) AS round(1 / (1 + pow(2, (20.0 - bits) / 2 - 2)), 3);
CREATE OR REPLACE TEMP MACRO line() AS 0.8;     -- scored(20), the published threshold
CREATE OR REPLACE TEMP MACRO least_() AS 0.2;   -- minimum of a candidate
CREATE OR REPLACE TEMP MACRO capped() AS 0.5;   -- maximum of what must not become a mention, however rare
CREATE OR REPLACE TEMP MACRO population() AS 100000;  -- the population in which a part seen once is rare
CREATE OR REPLACE TEMP MACRO given_bits() AS 10;      -- maximum for a given name
CREATE OR REPLACE TEMP MACRO eastern_bits() AS 10;    -- maximum for the other parts of an East Asian name
CREATE OR REPLACE TEMP MACRO initial_bits() AS 2;
CREATE OR REPLACE TEMP MACRO father_bits() AS 8;      -- added for the same patronymic, deducted for a different one

-- ================================================================ texts
-- Weak aliases are left out: their publishers call them too broad to identify anyone.
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

-- The group of endings by which words of a title can be inflected. Cyrillic words need none: their script shows it.
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
WHERE len(text) <= 1000;  -- as for names (cleaning.MAX_NAME); the longest titles have 250

-- Splits a text into words, each with everything up to the next word, so that the pieces joined are the text. Compound
-- Arabic names are one word: Abd al-Rahman, kunyas (Abu Bakr), Salah al-Din. `parse_names` makes one part of each too.
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
    -- whether a name ends here. A full stop after a short word marks an abbreviation; GDELT writes every hyphen
    -- with spaces around it
    regexp_matches(raw, '[,;:!?|()\[\]«»„“”"/–—…]|\pL{4}[.]') AS ends,
    lower(left(shown, 1)) <> left(shown, 1) OR upper(left(shown, 1)) = left(shown, 1) AS capital
FROM (
    SELECT *, regexp_extract(raw, '^(.*?)(?:[''’ʼ`´]s)?[^\pL\pM\pN]*$', 1) AS shown
    FROM (
        SELECT text_id, what, endings, unnest(raws) AS raw, generate_subscripts(raws, 1) AS pos
        FROM (SELECT text_id, what, endings, cut(text) AS raws FROM mention_text)
    )
);

-- Names are capitalised in titles, in alphabets that have capitals, but not in the sources' metadata.
CREATE OR REPLACE TEMP TABLE spelled AS
SELECT DISTINCT word, endings FROM piece WHERE capital OR what <> 'title';
