-- What changed on a record that stood on its list before and after: one row a record and moment,
-- with the changed columns before and after, and the child rows that came and went, as JSON.
CREATE OR REPLACE TABLE change AS
WITH record_version AS (
    SELECT record_id, valid_from, valid_to, to_json(r) AS content
    FROM (SELECT * FROM prisoners) AS r
    UNION ALL
    SELECT record_id, valid_from, valid_to, to_json(r) AS content
    FROM (SELECT * FROM sanctions) AS r
),
step AS (
    SELECT a.record_id, b.valid_from AS moment, a.content AS before, b.content AS after
    FROM record_version AS a
    JOIN record_version AS b ON b.record_id = a.record_id AND b.valid_from = a.valid_to
),
changed_column AS (
    SELECT
        record_id, moment, name AS part,
        json_object('before', json_extract(before, name), 'after', json_extract(after, name)) AS details
    FROM (SELECT *, unnest(json_keys(before)) AS name FROM step)
    WHERE name NOT IN ('valid_from', 'valid_to')
        AND json_extract(before, name) IS DISTINCT FROM json_extract(after, name)
),
child AS (
    SELECT 'names' AS part, record_id, valid_from, valid_to,
        to_json({name: name, kind: kind, lang: lang}) AS content FROM names
    UNION ALL
    SELECT 'identifiers', record_id, valid_from, valid_to,
        to_json({type: type_raw, number: number, country: country_raw, note: note}) FROM identifiers
    UNION ALL
    SELECT 'addresses', record_id, valid_from, valid_to,
        to_json({'kind': kind, 'full': "full"}) FROM addresses
),
child_move AS (
    SELECT part, record_id, valid_from AS moment, 'added' AS move, content FROM child
    UNION ALL
    SELECT part, record_id, valid_to AS moment, 'removed' AS move, content FROM child WHERE valid_to IS NOT NULL
),
changed_children AS (
    SELECT m.record_id, m.moment, m.part,
        json_object(
            'added', to_json(list_sort(coalesce(list(m.content) FILTER (m.move = 'added'), []))),
            'removed', to_json(list_sort(coalesce(list(m.content) FILTER (m.move = 'removed'), [])))
        ) AS details
    FROM child_move AS m
    JOIN presence AS p
        ON p.record_id = m.record_id AND m.moment > p.since AND (p.until IS NULL OR m.moment < p.until)
    GROUP BY m.record_id, m.moment, m.part
)
SELECT record_id, moment, to_json(map(list(part ORDER BY part), list(details ORDER BY part))) AS details
FROM (SELECT * FROM changed_column UNION ALL SELECT * FROM changed_children)
GROUP BY record_id, moment;
