-- Pairs of records that may be the same.
-- In: record, record_fact, compared (left_record, right_record, weight, names, places, births, gender), shared_fact,
--     line (person, same, candidate), decision (left_record, right_record, same, reason), and {margin}.
-- Out: own_number (record_id, kind, country, numbers), weighed.

-- Kinds of numbers of which a person or body has one per country. Lists rarely state the country of a body's tax number:
-- it is the country of the body. Some lists give the ten-digit tax number of a Russian body as another kind.
CREATE OR REPLACE TEMP TABLE own_number AS
SELECT record_id, own AS kind, home AS country, list(DISTINCT fact ORDER BY fact) AS numbers
FROM (
    SELECT
        f.record_id, f.fact,
        coalesce(f.country, CASE WHEN r.kind <> 'person' AND len(r.places) = 1 THEN r.places[1] END) AS home,
        CASE WHEN r.kind <> 'person' AND home = 'RU' THEN
                CASE WHEN f.kind IN ('tax_id', 'registration', 'other') AND length(f.fact) = 10
                    AND regexp_full_match(f.fact, '\d+') THEN 'tax_id' END
            WHEN f.kind IN ('national_id', 'tax_id') THEN f.kind END AS own
    FROM record_fact AS f
    JOIN record AS r USING (record_id)
)
WHERE own IS NOT NULL AND home IS NOT NULL
GROUP BY ALL;

CREATE OR REPLACE TEMP TABLE numbered_differently AS
SELECT DISTINCT c.left_record, c.right_record
FROM compared AS c
JOIN own_number AS a ON a.record_id = c.left_record
JOIN own_number AS b ON b.record_id = c.right_record AND a.kind = b.kind AND a.country = b.country
WHERE NOT list_has_any(a.numbers, b.numbers);

CREATE OR REPLACE TEMP TABLE weighed AS
WITH found AS (
    SELECT left_record, right_record FROM compared
    UNION
    SELECT left_record, right_record FROM decision
),
rated AS (
    SELECT
        f.left_record, f.right_record, c.weight, c.births, c.names, d.same AS decided, d.reason AS decided_because, s.what,
        CASE WHEN d.same IS NOT NULL THEN 'decision'
            -- A shared number without a similar name is often a mistake, or belongs to a family, whose members have similar
            -- names but different dates of birth. But bodies and ships change their names, and then lists differ.
            WHEN s.what IS NOT NULL AND (
                c.names <> 'none' AND (coalesce(c.births, '') <> 'none' OR regexp_matches(c.names, '^(same|close)'))
                OR r.kind <> 'person' AND n.left_record IS NULL
                    AND split_part(f.left_record, ':', 1) <> split_part(f.right_record, ':', 1)
            ) THEN s.method
            ELSE 'model' END AS method,
        -- One in 2^25 has such a name: no list has two such people with dates of birth so similar.
        coalesce(c.names = 'same_rare' AND c.births = 'two_of_three', false) AS rare,
        coalesce(c.weight >= l.same, false) AS above_line,
        coalesce(c.weight >= l.candidate, false) AS likely,
        n.left_record IS NOT NULL AND coalesce(c.births, '') <> 'day' AS numbers_differ
    FROM found AS f
    JOIN record AS r ON r.record_id = f.left_record
    JOIN line AS l ON l.person = (r.kind = 'person')
    LEFT JOIN compared AS c USING (left_record, right_record)
    LEFT JOIN decision AS d USING (left_record, right_record)
    LEFT JOIN numbered_differently AS n USING (left_record, right_record)
    LEFT JOIN shared_fact AS s ON s.l = f.left_record AND s.r = f.right_record
    WHERE likely OR s.what IS NOT NULL OR d.same IS NOT NULL
),
-- If two records of one list fit about equally well, neither can be chosen; except records of the same name and
-- full date of birth, because some lists have a person once per programme.
rival AS (
    SELECT left_record, right_record, weight FROM rated
    WHERE above_line AND method = 'model' AND NOT (coalesce(births, '') = 'day' AND starts_with(names, 'same'))
),
one_way AS (
    SELECT left_record AS record_id, right_record AS other, weight FROM rival
    UNION ALL
    SELECT right_record, left_record, weight FROM rival
),
rivalled AS (
    SELECT record_id, other
    FROM one_way
    WINDOW list AS (
        PARTITION BY record_id, split_part(other, ':', 1) ORDER BY weight DESC, other
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    )
    QUALIFY max(weight) OVER list - least(weight, nth_value(weight, 2) OVER list) <= {margin}
        AND count(*) OVER list > 1
)
SELECT
    j.* EXCLUDE (above_line, rare, numbers_differ),
    j.above_line AND NOT j.numbers_differ AND a.other IS NULL AND b.other IS NULL AS sure,
    sure AND j.rare AS but_for_births,
    CASE WHEN j.above_line AND j.numbers_differ THEN 'other numbers of the same kind'
        WHEN j.above_line AND (a.other IS NOT NULL OR b.other IS NOT NULL) THEN 'another record of the list fits as well'
    END AS doubt
FROM rated AS j
LEFT JOIN rivalled AS a ON a.record_id = j.left_record AND a.other = j.right_record
LEFT JOIN rivalled AS b ON b.record_id = j.right_record AND b.other = j.left_record;
