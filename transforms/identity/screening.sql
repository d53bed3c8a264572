-- Screening of one list of names against another, by the similarity of names and by births and countries.
-- In: left_list, right_list (place, name, person, births, countries, record_id, entity_id),
--     left_list_name (name, person: whether it was compared as a person's or as a body's name),
--     name_pair (left_name, right_name, person, score).
-- Out: `named_alike`: pairs of positions with similar names; `every_pair`: all pairs; and the macro
--     `weighed(pairs, first, last, floor)`: the results of one of these two, for a range of left positions.

-- A name that may be a person's or a body's was compared as both: the better score counts. Equal texts are equal names,
-- even if `compare` finds no part in them, as in a single letter.
CREATE OR REPLACE TEMP TABLE named_alike AS
SELECT l.place AS left_place, r.place AS right_place, max(p.score) AS score
FROM (
    SELECT left_name, right_name, person, score FROM name_pair
    UNION ALL
    SELECT name, name, person, 1 FROM left_list_name WHERE regexp_matches(name, '[\p{L}\p{N}]')
) AS p
JOIN left_list AS l ON l.name = p.left_name AND coalesce(l.person, p.person) = p.person
JOIN right_list AS r ON r.name = p.right_name AND coalesce(r.person, p.person) = p.person
GROUP BY ALL;

CREATE OR REPLACE TEMP VIEW every_pair AS
SELECT l.place AS left_place, r.place AS right_place, coalesce(a.score, 0) AS score
FROM left_list AS l
CROSS JOIN right_list AS r
LEFT JOIN named_alike AS a ON a.left_place = l.place AND a.right_place = r.place;

-- An EDTF date is the period from its first day to its last: 1954 and 1954-08-30 can be the same, and so can 1955/1958
-- and 1956-02. An approximate date is treated as exact.
CREATE OR REPLACE TEMP MACRO beginning(birth) AS
    split_part(rtrim(birth, '~'), '/', 1)
    || substr('0000-00-00', 1 + length(split_part(rtrim(birth, '~'), '/', 1)));
CREATE OR REPLACE TEMP MACRO ending(birth) AS
    split_part(rtrim(birth, '~'), '/', -1)
    || substr('9999-99-99', 1 + length(split_part(rtrim(birth, '~'), '/', -1)));
CREATE OR REPLACE TEMP MACRO can_be_one(births, others) AS
    len(list_filter(births, lambda b: len(list_filter(
        others, lambda o: beginning(b) <= ending(o) AND beginning(o) <= ending(b)
    )) > 0)) > 0;
CREATE OR REPLACE TEMP MACRO same_day(births, others) AS
    len(list_filter(births, lambda b: length(b) = 10 AND list_contains(others, b))) > 0;
-- Whether both sides have a value.
CREATE OR REPLACE TEMP MACRO known(a, b) AS len(a) > 0 AND len(b) > 0;

-- Agreement adds a share of s (1 - s), so that a score of 0 stays 0.
CREATE OR REPLACE TEMP MACRO weight(score, births, other_births, countries, other_countries) AS
    CASE
    WHEN score = 0 THEN 0
    WHEN known(births, other_births) AND NOT can_be_one(births, other_births)
        OR known(countries, other_countries) AND NOT list_has_any(countries, other_countries)
        THEN score * contradicted()
    ELSE score + score * (1 - score) * (
        CASE WHEN NOT known(births, other_births) THEN 0
            WHEN same_day(births, other_births) THEN same_day_adds()
            ELSE same_time_adds() END
        + CASE WHEN known(countries, other_countries) THEN same_country_adds() ELSE 0 END
    )
    END;

CREATE OR REPLACE TEMP MACRO weighed(pairs, first_place, last_place, lowest) AS TABLE
WITH weighed AS (
    SELECT
        p.left_place, p.right_place, l.name AS "left", r.name AS "right",
        round(weight(p.score, l.births, r.births, l.countries, r.countries), 4) AS score,
        r.record_id, r.entity_id
    FROM query_table(pairs) AS p
    JOIN left_list AS l ON l.place = p.left_place
    JOIN right_list AS r ON r.place = p.right_place
    WHERE p.left_place BETWEEN first_place AND last_place
)
SELECT "left", "right", score, score >= threshold() AS "match", record_id, entity_id
FROM weighed
WHERE score >= lowest
ORDER BY left_place, score DESC, right_place;
