-- Macros that parse GDELT's values; anything invalid is NULL.
CREATE OR REPLACE MACRO gdelt_int(x) AS
    CASE WHEN regexp_full_match(x, '-?[0-9]{1,18}') THEN try_cast(x AS BIGINT) END;
CREATE OR REPLACE MACRO gdelt_id(x) AS
    CASE WHEN regexp_full_match(x, '[0-9]{1,18}') THEN try_cast(x AS BIGINT) END;
CREATE OR REPLACE MACRO gdelt_number(x) AS
    CASE WHEN regexp_full_match(x, '-?[0-9]+([.][0-9]+)?([eE][-+]?[0-9]+)?') AND isfinite(try_cast(x AS DOUBLE))
        THEN try_cast(x AS DOUBLE) END;
CREATE OR REPLACE MACRO gdelt_degrees(x, most) AS
    CASE WHEN abs(gdelt_number(x)) <= most THEN gdelt_number(x) END;
CREATE OR REPLACE MACRO gdelt_bool(x) AS CASE x WHEN '1' THEN true WHEN '0' THEN false END;
-- The year 0 is invalid, as in Python.
CREATE OR REPLACE MACRO gdelt_time(x) AS
    CASE WHEN regexp_full_match(x, '[0-9]{14}') AND left(x, 4) <> '0000'
        THEN try_strptime(x, '%Y%m%d%H%M%S') END;
-- No article on the web is older than 1990: an earlier time (1970-01-01) is a missing value.
CREATE OR REPLACE MACRO gdelt_published(x) AS
    CASE WHEN gdelt_time(x) >= TIMESTAMP '1990-01-01' THEN gdelt_time(x) END;
CREATE OR REPLACE MACRO gdelt_day(x) AS
    CASE WHEN regexp_full_match(x, '[0-9]{8}') AND left(x, 4) <> '0000'
        THEN CAST(try_strptime(x, '%Y%m%d') AS DATE) END;
-- As in the graph: in February 2015 the country column can be that of another place, but ADM1 codes are right.
CREATE OR REPLACE MACRO gdelt_fips(country, adm1) AS coalesce(left(adm1, 2), country);
CREATE OR REPLACE MACRO gdelt_line(cells) AS
    array_to_string(list_transform(cells, lambda cell: coalesce(cell, '')), chr(9));
CREATE OR REPLACE MACRO place_type(n) AS
    CASE n WHEN '1' THEN 'country' WHEN '2' THEN 'us_state' WHEN '3' THEN 'us_city'
        WHEN '4' THEN 'world_city' WHEN '5' THEN 'world_state' END;
