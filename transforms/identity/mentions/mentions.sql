-- Articles that name entities: how certain each match is, and which are published as mentions.
-- In: articles, article_names, article_places, entities, entity_records; listed_part, see mentions.py; and the tables
--     of the other SQL files of this folder.
-- Out: mentions, candidate_mentions.

CREATE OR REPLACE TEMP TABLE found AS
WITH people AS (
    SELECT text_id, first, last, entity_id, record_id, bits, form FROM named
    UNION ALL
    SELECT text_id, first, last, entity_id, record_id, bits, 'chinese' FROM chinese
)
SELECT text_id, first, last, entity_id, record_id, bits, form FROM body_named
UNION ALL
-- the namesake of a foundation is not meant where the foundation is named
SELECT p.* FROM people AS p
WHERE NOT EXISTS (
    FROM body_named AS b
    WHERE b.text_id = p.text_id AND b.first <= p.first AND b.last >= p.last AND b.last - b.first > p.last - p.first
)
UNION ALL
SELECT s.*, 'surname' FROM lone_surname AS s
WHERE NOT EXISTS (FROM people AS p WHERE p.text_id = s.text_id AND s.first BETWEEN p.first AND p.last);

-- Facts that distinguish entities, and the lists that they are on.
CREATE OR REPLACE TEMP TABLE fact AS
SELECT
    e.entity_id,
    any_value(x.birth_date) AS birth,
    list(DISTINCT split_part(e.record_id, ':', 1)) AS lists,
    list(DISTINCT p.root) FILTER (p.root IS NOT NULL) AS fathers
FROM entity_records AS e
JOIN entities AS x USING (entity_id)
LEFT JOIN bearing AS b ON b.record_id = e.record_id
LEFT JOIN listed_part AS p ON p.name = b.name AND p.kind = 'patronymic'
WHERE e.entity_id IN (SELECT entity_id FROM found)
GROUP BY e.entity_id;

-- Other entities that the same words match about as well: then the match is ambiguous. But two entities that nothing
-- distinguishes are taken for the same person, whose records could not be linked: both are mentioned.
CREATE OR REPLACE TEMP TABLE rival AS
WITH best AS (
    SELECT text_id, entity_id, max(bits) AS bits, min(first) AS first, max(last) AS last
    FROM found
    GROUP BY ALL
)
SELECT a.text_id, a.entity_id, count(*) AS rivals
FROM best AS a
JOIN best AS b ON b.text_id = a.text_id AND b.entity_id <> a.entity_id
    AND b.first <= a.last AND a.first <= b.last AND b.bits > a.bits - 3
JOIN fact AS x ON x.entity_id = a.entity_id
JOIN fact AS y ON y.entity_id = b.entity_id
WHERE b.bits > a.bits + 3
    OR list_has_any(x.lists, y.lists) AND (x.birth IS DISTINCT FROM y.birth OR x.birth IS NULL)
    OR NOT list_has_any(x.fathers, y.fathers)
    OR NOT regexp_matches(x.birth || y.birth, '[~/]')
        AND NOT starts_with(x.birth, y.birth) AND NOT starts_with(y.birth, x.birth)
GROUP BY ALL;

-- The words as written in the text.
CREATE OR REPLACE TEMP TABLE quoted AS
SELECT
    f.text_id, f.first, f.last,
    regexp_extract(string_agg(p.raw, '' ORDER BY p.pos), '^(.*?)(?:[''’ʼ`´]s)?[^\pL\pM\pN]*$', 1) AS text
FROM (SELECT DISTINCT text_id, first, last FROM found WHERE form <> 'chinese') AS f
JOIN piece AS p ON p.text_id = f.text_id AND p.pos BETWEEN f.first AND f.last
GROUP BY ALL
UNION ALL
SELECT DISTINCT text_id, first, last, name FROM chinese;

CREATE OR REPLACE TEMP TABLE scored_mention AS
WITH text_in_article AS (
    SELECT t.text_id, 'title' AS method, a.article_id
    FROM articles AS a
    JOIN mention_text AS t ON t.what = 'title' AND t.text = a.title AND t.endings = inflected(a.lang)
    UNION ALL
    SELECT t.text_id, 'name', n.article_id
    FROM article_names AS n
    JOIN mention_text AS t ON t.what = n.kind AND t.text = n.name
),
placed AS (
    SELECT article_id, list(DISTINCT country) AS countries
    FROM article_places
    WHERE article_id IN (SELECT article_id FROM text_in_article SEMI JOIN found USING (text_id))
    GROUP BY article_id
),
described AS (
    SELECT
        f.entity_id, f.record_id, f.form, f.bits, s.article_id, s.method, q.text AS matched_name,
        a.published_at, a.seen_at, coalesce(r.rivals, 0) AS rivals, len(x.lists) AS lists, e.countries,
        list_distinct(list_concat(a.countries, coalesce(p.countries, []))) AS places
    FROM found AS f
    JOIN text_in_article AS s USING (text_id)
    JOIN articles AS a USING (article_id)
    JOIN quoted AS q ON q.text_id = f.text_id AND q.first = f.first AND q.last = f.last
    JOIN entities AS e USING (entity_id)
    JOIN fact AS x USING (entity_id)
    LEFT JOIN rival AS r ON r.text_id = f.text_id AND r.entity_id = f.entity_id
    LEFT JOIN placed AS p USING (article_id)
),
weighed AS (
    SELECT
        *,
        -- one of many countries in an article is weak evidence
        CASE
            WHEN len(countries) = 0 OR len(places) = 0 THEN 0
            WHEN NOT list_has_any(countries, places) THEN -3
            WHEN len(places) <= 5 THEN 4
            WHEN len(places) <= 10 THEN 2
            ELSE 1
        END AS context,
        -- people on many lists are more often in the news
        CASE WHEN form = 'word' THEN 0 ELSE least(log2(lists), 2) END AS fame,
        CASE
            WHEN rivals > 0 THEN 'namesakes'
            WHEN form = 'surname' THEN 'surname_alone'
            WHEN form IN ('initial', 'longer') OR form = 'incomplete' AND bits < 16 THEN form
            -- a common name (Sergei Ivanov) stays ambiguous, whatever else agrees
            WHEN form = 'common' OR form NOT IN ('body', 'word') AND bits < 16 THEN 'common_name'
        END AS doubt
    FROM described
)
SELECT
    *,
    CASE WHEN doubt IS NULL THEN scored(bits + fame + context)
        ELSE least(scored(bits + fame + context), capped()) END AS score
FROM weighed
-- a single word of a title counts only in an article about that country
WHERE context > 0 OR method = 'name' OR form NOT IN ('surname', 'word');

-- A name that occurs in the title and among the names of one article is one mention.
CREATE OR REPLACE TABLE mentions AS
SELECT article_id, entity_id, record_id, matched_name, method, score, published_at, seen_at
FROM scored_mention
WHERE score >= line()
QUALIFY row_number() OVER (PARTITION BY article_id, record_id, matched_name ORDER BY score DESC, method) = 1;

-- Of the rest, keep the twenty most likely candidates per article, without entities that the article already mentions, and
-- without names that many entities share.
CREATE OR REPLACE TABLE candidate_mentions AS
SELECT article_id, entity_id, record_id, matched_name, method, score, reason, published_at, seen_at
FROM (
    SELECT
        *,
        CASE
            WHEN doubt IS NOT NULL THEN doubt
            WHEN context < 0 THEN 'elsewhere'
            WHEN form = 'incomplete' THEN form
            ELSE 'common_name'
        END AS reason
    FROM scored_mention
    WHERE score < line() AND score >= least_() AND rivals <= 5
    QUALIFY row_number() OVER (
        PARTITION BY article_id, record_id, matched_name ORDER BY score DESC, method, reason
    ) = 1
)
ANTI JOIN mentions USING (article_id, entity_id)
QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY score DESC, record_id, matched_name) <= 20;

-- These tables are large if there is much news.
DROP TABLE bearing;
DROP TABLE mention_text;
DROP TABLE piece;
DROP TABLE spelled;
DROP TABLE word_form;
DROP TABLE word_trait;
DROP TABLE core;
DROP TABLE wanted;
DROP TABLE variant;
DROP TABLE variant_name;
DROP TABLE alike;
DROP TABLE spot;
DROP TABLE couple;
DROP TABLE whole;
DROP TABLE span;
DROP TABLE named;
DROP TABLE body_reading;
DROP TABLE body;
DROP TABLE body_piece;
DROP TABLE body_text;
DROP TABLE body_spot;
DROP TABLE body_named;
DROP TABLE found;
DROP TABLE quoted;
DROP TABLE scored_mention;
