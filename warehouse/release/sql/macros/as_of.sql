-- The first observation of each source on or after a day, up to the end of `known` if given.
CREATE OR REPLACE MACRO first_look(on_day, known := NULL) AS TABLE
SELECT source_id, min(greatest((fetched_at AT TIME ZONE 'UTC')::DATE, on_day::DATE)) AS looked
FROM snapshots
WHERE gate = 'promoted'
    AND least((last_seen_at AT TIME ZONE 'UTC')::DATE, known::DATE) >= on_day::DATE
    AND (known IS NULL OR (fetched_at AT TIME ZONE 'UTC')::DATE <= known::DATE)
GROUP BY source_id;

-- The state of each record of the prisoner lists on a day, as known by the end of `known`, or now: the record in its version
-- of `known_at`. `basis`: `publisher` and `history` as in `prisoner_spans`; `last_seen` if there is no later observation, or
-- the next one differs.
CREATE OR REPLACE MACRO prisoners_as_of(on_day, known := NULL) AS TABLE
WITH state_on_day AS (
    SELECT
        *,
        -- the end of the day, or of the first later day on which it was stated
        (least(greatest(on_day::DATE, (told_at AT TIME ZONE 'UTC')::DATE), known::DATE) + 1)::TIMESTAMP
            AT TIME ZONE 'UTC' AS read_before
    FROM prisoner_spans(known := known)
    WHERE since <= on_day::DATE AND (before IS NULL OR on_day::DATE < before)
    QUALIFY row_number() OVER (PARTITION BY record_id ORDER BY basis DESC, since DESC) = 1
)
SELECT
    r.entity_id, s.record_id, s.source_id, p.name, p.country, p.gender, s.status,
    p.arrest_date, p.release_date, p.death_date,
    CASE WHEN s.seen AND (l.looked IS NULL OR l.looked >= s.before) THEN 'last_seen' ELSE s.basis END AS basis,
    p.valid_from AS known_at
FROM state_on_day AS s
ASOF JOIN prisoners AS p ON p.record_id = s.record_id AND p.valid_from < s.read_before
JOIN entity_records AS r ON r.record_id = s.record_id
LEFT JOIN first_look(on_day, known := known) AS l ON l.source_id = s.source_id;

-- The records that were on a sanctions list on a day, as known by the end of `known`, or now: the record in its version of
-- `known_at`. `basis`: `publisher` and `history` as in `sanction_spans`; `last_seen` if there is no later observation, or the
-- record is missing in the next one.
CREATE OR REPLACE MACRO sanctions_as_of(on_day, known := NULL) AS TABLE
WITH state_on_day AS (
    SELECT
        *,
        -- the end of the day, or of the first later day on which it was stated
        (least(greatest(on_day::DATE, (told_at AT TIME ZONE 'UTC')::DATE), known::DATE) + 1)::TIMESTAMP
            AT TIME ZONE 'UTC' AS read_before
    FROM sanction_spans(known := known)
    WHERE since <= on_day::DATE AND (before IS NULL OR on_day::DATE < before)
    QUALIFY row_number() OVER (PARTITION BY record_id ORDER BY basis DESC, since DESC) = 1
)
SELECT
    r.entity_id, s.record_id, s.source_id, t.authority, t.schema, t.name, t.programs, t.nationalities,
    t.listing_date,
    CASE WHEN s.seen AND (l.looked IS NULL OR l.looked >= s.before) THEN 'last_seen' ELSE s.basis END AS basis,
    t.valid_from AS known_at
FROM state_on_day AS s
ASOF JOIN sanctions AS t ON t.record_id = s.record_id AND t.valid_from < s.read_before
JOIN entity_records AS r ON r.record_id = s.record_id
LEFT JOIN first_look(on_day, known := known) AS l ON l.source_id = s.source_id;

-- Both: people in prison and records on sanctions lists on a day, as known by the end of `known`.
CREATE OR REPLACE MACRO as_of(on_day, known := NULL) AS TABLE
SELECT 'prisoners' AS family, entity_id, record_id, source_id, name, status, basis, known_at
FROM prisoners_as_of(on_day, known := known)
UNION ALL
SELECT 'sanctions', entity_id, record_id, source_id, name, 'listed', basis, known_at
FROM sanctions_as_of(on_day, known := known);
