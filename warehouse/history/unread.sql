-- Records that were, or may have been, in a snapshot but could not be read from it, and rows of a snapshot that do not
-- count.
-- In: observation, quarantined_record, keyless_record, main_row (source_id, seq, record_id): the records read.
-- Out: unread_record, excluded_record, and observation.previous_seen_at.

CREATE OR REPLACE TEMP TABLE doubted AS
SELECT q.source_id, q.record_id, o.seq, bool_or(q.by_gate) AS by_gate
FROM quarantined_record AS q
JOIN observation AS o USING (source_id, observed_at, unit_id)
GROUP BY ALL;

CREATE OR REPLACE TEMP TABLE keyless AS
SELECT DISTINCT k.source_id, o.seq, k.raw
FROM keyless_record AS k
JOIN observation AS o USING (source_id, observed_at, unit_id);

-- Pairs of snapshots where `seq` has a record without a readable key that `other_seq` does not have: any record read from
-- the other one may be it. If the text of such a record is not kept, it may be any record.
CREATE OR REPLACE TEMP TABLE ambiguous AS
SELECT DISTINCT k.source_id, k.seq, o.seq AS other_seq
FROM keyless AS k
JOIN observation AS o ON o.source_id = k.source_id AND o.seq <> k.seq
WHERE k.raw IS NULL OR NOT EXISTS (
    FROM keyless AS other WHERE other.source_id = k.source_id AND other.seq = o.seq AND other.raw = k.raw
);

-- The consecutive snapshots after a record was last read that quarantined it, or may contain it among unreadable records,
-- up to the first one without it.
CREATE OR REPLACE MACRO carried(readings) AS TABLE
WITH reading AS (
    FROM query_table(readings)
),
gap AS (
    SELECT
        source_id, record_id, seq AS believed_seq,
        lead(seq) OVER (PARTITION BY source_id, record_id ORDER BY seq) AS next_seq
    FROM reading
),
unresolved AS (
    SELECT g.source_id, g.record_id, g.believed_seq, d.seq, true AS in_file
    FROM gap AS g
    JOIN doubted AS d ON d.source_id = g.source_id AND d.record_id = g.record_id
        AND d.seq > g.believed_seq AND (g.next_seq IS NULL OR d.seq < g.next_seq)
    UNION ALL
    SELECT g.source_id, g.record_id, g.believed_seq, a.seq, false
    FROM gap AS g
    JOIN ambiguous AS a ON a.source_id = g.source_id AND a.other_seq = g.believed_seq
        AND a.seq > g.believed_seq AND (g.next_seq IS NULL OR a.seq < g.next_seq)
)
SELECT source_id, record_id, believed_seq, seq, in_file
FROM (
    SELECT source_id, record_id, believed_seq, seq, bool_or(in_file) AS in_file FROM unresolved GROUP BY ALL
)
QUALIFY seq - believed_seq = row_number() OVER (PARTITION BY source_id, record_id, believed_seq ORDER BY seq);

CREATE OR REPLACE TEMP TABLE certain AS FROM main_row ANTI JOIN doubted USING (source_id, record_id, seq);

-- The readable rows of a record that the parser quarantined in part count if the record has no earlier valid version.
CREATE OR REPLACE TEMP TABLE partly_read AS
FROM certain
UNION ALL
SELECT m.source_id, m.seq, m.record_id
FROM main_row AS m
JOIN doubted AS d USING (source_id, record_id, seq)
WHERE NOT d.by_gate AND NOT EXISTS (
    FROM carried('certain') AS c
    WHERE c.source_id = m.source_id AND c.record_id = m.record_id AND c.seq = m.seq
);

CREATE OR REPLACE TABLE unread_record AS FROM carried('partly_read');

CREATE OR REPLACE TEMP TABLE excluded_record AS
SELECT source_id, seq, record_id FROM doubted WHERE by_gate
UNION
SELECT source_id, seq, record_id FROM unread_record;

-- A record that appears after a snapshot with unreadable records may have been in that one already. `previous_seen_at` is
-- therefore the time of the last snapshot that cannot have contained it.
CREATE OR REPLACE TABLE observation AS
SELECT o.* REPLACE (
    CASE WHEN o.source_id IN (SELECT source_id FROM keyless) THEN (
        SELECT arg_max(p.last_seen_at, p.seq)
        FROM observation AS p
        WHERE p.source_id = o.source_id AND p.seq < o.seq AND NOT EXISTS (
            FROM ambiguous AS a WHERE a.source_id = o.source_id AND a.seq = p.seq AND a.other_seq = o.seq
        )
    ) ELSE o.previous_seen_at END AS previous_seen_at
)
FROM observation AS o;
