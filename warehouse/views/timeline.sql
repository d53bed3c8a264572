-- Prisoners, sanctions and news on one line of time: every event, and every article that names the entity.
CREATE OR REPLACE VIEW timeline AS
SELECT
    e.event_date AS date, s.family, e.event_type AS what, n.name, n.entity_id, e.source_id,
    e.details, NULL::VARCHAR AS url
FROM events AS e
JOIN sources AS s ON s.source_id = e.source_id
JOIN entities AS n ON n.entity_id = e.entity_id
UNION ALL
SELECT
    strftime(coalesce(a.published_at, a.seen_at) AT TIME ZONE 'UTC', '%Y-%m-%d'), 'news', 'reported',
    n.name, n.entity_id, a.source_id, a.title, a.url
FROM (SELECT DISTINCT article_id, entity_id FROM mentions) AS m
JOIN articles AS a ON a.article_id = m.article_id
JOIN entities AS n ON n.entity_id = m.entity_id;
