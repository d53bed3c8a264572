-- Changes of records that were on their list before and after: one row per record and time, with the old and new
-- values of changed columns, and the added and removed child rows, as JSON.
-- In: `child`, the rows of all child tables.

-- Texts that differ only in case or whitespace are equal.
CREATE OR REPLACE MACRO alike(content) AS regexp_replace(lower(content::VARCHAR), '(\s|\\[nrt])+', ' ', 'g');

CREATE OR REPLACE TABLE change AS
WITH whole AS (
    SELECT record_id, valid_from, valid_to, to_json(r) AS content
    FROM (SELECT * FROM prisoners) AS r
    UNION ALL
    SELECT record_id, valid_from, valid_to, to_json(r) AS content
    FROM (SELECT * FROM sanctions) AS r
),
step AS (
    SELECT a.record_id, b.valid_from AS moment, a.content AS before, b.content AS after
    FROM whole AS a
    JOIN whole AS b ON b.record_id = a.record_id AND b.valid_from = a.valid_to
),
changed_column AS (
    SELECT
        record_id, moment, name AS part,
        json_object('before', json_extract(before, name), 'after', json_extract(after, name)) AS details
    FROM (SELECT *, unnest(json_keys(before)) AS name FROM step)
    WHERE name NOT IN (
            'valid_from', 'valid_to',
            -- summaries of child tables, whose rows are compared instead
            'birth_dates', 'birth_dates_raw', 'charges', 'nationalities', 'nationalities_raw', 'position', 'programs'
        )
        AND NOT regexp_matches(name, '_(earliest|latest)$') -- derived from the date beside them
        AND alike(json_extract(before, name)) IS DISTINCT FROM alike(json_extract(after, name))
),
child_move AS (
    SELECT part, record_id, valid_from AS moment, 1 AS move, content FROM child
    UNION ALL
    SELECT part, record_id, valid_to AS moment, -1 AS move, content FROM child WHERE valid_to IS NOT NULL
),
-- A row that is removed and added at the same time with equal text has not changed.
moved AS (
    SELECT m.record_id, m.moment, m.part, min(m.content::VARCHAR)::JSON AS content, sum(m.move) AS net
    FROM child_move AS m
    JOIN presence AS p
        ON p.record_id = m.record_id AND m.moment > p.since AND (p.until IS NULL OR m.moment < p.until)
    GROUP BY m.record_id, m.moment, m.part, alike(m.content)
    HAVING sum(m.move) <> 0
),
changed_children AS (
    SELECT record_id, moment, part,
        json_object(
            'added', to_json(list_sort(coalesce(list(content) FILTER (net > 0), []))),
            'removed', to_json(list_sort(coalesce(list(content) FILTER (net < 0), [])))
        ) AS details
    FROM moved
    GROUP BY record_id, moment, part
)
SELECT record_id, moment, to_json(map(list(part ORDER BY part), list(details ORDER BY part))) AS details
FROM (SELECT * FROM changed_column UNION ALL SELECT * FROM changed_children)
GROUP BY record_id, moment;
