-- The child tables of articles and events.
-- In: articles, staged_<table> (rows of the promoted snapshots), withheld_key (key).
-- Out: article_names, article_places, article_counts, news_event_mentions according to their contracts.

CREATE OR REPLACE TABLE article_names AS
SELECT name, kind, article_id, domain, seen_at
FROM (
    SELECT unnest(persons) AS name, 'person' AS kind, article_id, domain, seen_at FROM articles
    UNION ALL
    SELECT unnest(organizations), 'organization', article_id, domain, seen_at FROM articles
)
WHERE name <> '';

CREATE OR REPLACE TABLE article_places AS
SELECT DISTINCT p.* EXCLUDE (list, seq, observed_at) REPLACE (a.seen_at AS seen_at)
FROM staged_article_places AS p
JOIN articles AS a USING (article_id);

CREATE OR REPLACE TABLE article_counts AS
SELECT DISTINCT c.* EXCLUDE (list, seq, observed_at) REPLACE (a.seen_at AS seen_at)
FROM staged_article_counts AS c
JOIN articles AS a USING (article_id);

-- A withheld event is removed with its mentions, whatever their day.
CREATE OR REPLACE TABLE news_event_mentions AS
SELECT DISTINCT * EXCLUDE (list, seq, observed_at)
FROM staged_news_event_mentions
WHERE article_id NOT IN (SELECT key FROM withheld_key);
