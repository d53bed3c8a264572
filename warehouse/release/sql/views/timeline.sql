-- Prisoners, sanctions and news in order of time: all events, and all articles that mention the entity. `earliest` and
-- `latest` are the days between which it happened, equal if the day is known; `known_at` is when it was first observed.
-- `basis`: `publisher`: the list's or article's own date; otherwise observation: `appearance`, `disappearance` or another
-- `status` between two observations, a `change` of a record, or an article `seen`.
CREATE OR REPLACE VIEW timeline AS
SELECT
    e.event_date AS date, e.event_date_earliest AS earliest, e.event_date_latest AS latest,
    s.family, e.event_type AS what, n.name, n.entity_id, e.source_id, e.record_id,
    coalesce(json_extract_string(e.details, '$.basis'), 'change') AS basis, e.observed_at AS known_at,
    e.details, NULL::VARCHAR AS url
FROM events AS e
JOIN sources AS s ON s.source_id = e.source_id
JOIN entities AS n ON n.entity_id = e.entity_id
UNION ALL
SELECT
    strftime(a.day, '%Y-%m-%d'), a.day, a.day, 'news', 'reported',
    n.name, n.entity_id, a.source_id, NULL,
    CASE WHEN a.published_at IS NULL THEN 'seen' ELSE 'publisher' END, a.seen_at, a.title, a.url
FROM (SELECT DISTINCT article_id, entity_id FROM mentions) AS m
JOIN (SELECT *, (coalesce(published_at, seen_at) AT TIME ZONE 'UTC')::DATE AS day FROM articles) AS a
    ON a.article_id = m.article_id
JOIN entities AS n ON n.entity_id = m.entity_id;
