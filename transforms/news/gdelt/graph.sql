-- GDELT's Global Knowledge Graph of a day, from raw texts (NULL if empty) to the contracts' columns.
-- In: graph_rows (nr, file, READ), named_entity (token, text), languages (code, lang); the tables of
--     vocabulary.define, the macros of articles.define_url_macros and of values.sql;
--     the variables everything, countries, themes, names (the filter); a call of is_listed replaces `listed`.
-- Out: bad_graph (file, record_id, reason), graph_article (file and the contract's columns except source_id),
--      graph_sighting, graph_place, graph_count, odd_graph (what, number), kept_url (url).

CREATE OR REPLACE MACRO items(field) AS
    list_filter(list_transform(string_split(field, ';'), lambda x: trim(x)), lambda x: x <> '');
-- Names of V1 and of V2, which has their positions in the text: V1 is a subset of V2, except in some rows.
CREATE OR REPLACE MACRO merged(v1, v2) AS
    list_sort(list_distinct(items(concat_ws(';', v1, regexp_replace(v2, ',[0-9]+(;|$)', '\1', 'g')))));
CREATE OR REPLACE MACRO tag(extras, name) AS
    nullif(regexp_extract(extras, '<' || name || '>(.*?)</' || name || '>', 1), '');

-- Character references as in HTML 5: numbers from 128 to 159 are those of Windows-1252, and invalid ones are U+FFFD.
-- Named references come from named_entity.
CREATE OR REPLACE MACRO html_character(code) AS
    CASE
        WHEN code BETWEEN 128 AND 159 THEN coalesce(nullif(substr(
            '€□‚ƒ„…†‡ˆ‰Š‹Œ□Ž□□‘’“”•–—˜™š›œ□žŸ', code - 127, 1), '□'), chr(code::INTEGER))
        WHEN code IS NULL OR code <= 0 OR code BETWEEN 55296 AND 57343 OR code > 1114111 THEN chr(65533)
        ELSE chr(code::INTEGER)
    END;
CREATE OR REPLACE MACRO resolved(token, named) AS
    CASE
        WHEN regexp_full_match(token, '&#[xX][0-9A-Fa-f]+;')
            THEN html_character(try_cast('0x' || substr(token, 4, len(token) - 4) AS BIGINT))
        WHEN regexp_full_match(token, '&#[0-9]+;') THEN html_character(try_cast(substr(token, 3, len(token) - 3) AS BIGINT))
        ELSE coalesce(named[token], token)
    END;
CREATE OR REPLACE MACRO plain(text, named) AS
    CASE WHEN contains(text, '&') THEN array_to_string(list_transform(
        regexp_extract_all(text, '&#[xX]?[0-9A-Fa-f]+;|&[A-Za-z][A-Za-z0-9]*;|[^&]+|&'),
        lambda token: resolved(token, named)
    ), '') ELSE text END;
-- Invisible characters are removed from all tables later, and counted (characters.py).
CREATE OR REPLACE MACRO tidy(text) AS
    nullif(trim(regexp_replace(nfc_normalize(text), '[\s\p{Z}\x0b\x1c-\x1f\x85]+', ' ', 'g')), '');

CREATE OR REPLACE TEMP TABLE bad_graph AS
SELECT file, record_id, CASE WHEN trim(url) <> '' THEN 'no date' ELSE 'no document identifier' END AS reason
FROM graph_rows WHERE coalesce(trim(url), '') = '' OR gdelt_time(date) IS NULL;

-- A location is `type#name#country#adm1#adm2#lat#long#feature#offset`. The country is taken from the start
-- of its ADM1 code: in the first days of GKG 2.1 the country column had the country of another place
-- (`4#Budapest, Budapest, Hungary#RS#HU05`); since then the two agree.
CREATE OR REPLACE TEMP TABLE graph_location AS
SELECT
    nr, p[1] AS type, p[2] AS name, p[3] AS stated, p[4] AS adm1,
    coalesce(nullif(left(p[4], 2), ''), nullif(p[3], '')) AS fips,
    p[6] AS latitude, p[7] AS longitude, p[8] AS feature_id, len(p) = 9 AS whole
FROM (SELECT nr, string_split(unnest(items(v2_locations)), '#') AS p FROM graph_rows);

CREATE OR REPLACE TEMP TABLE graph_countries AS
SELECT nr, list(DISTINCT country ORDER BY country) AS countries
FROM graph_location JOIN fips_country USING (fips) GROUP BY nr;

CREATE OR REPLACE TEMP TABLE graph_kept AS
SELECT * EXCLUDE (v1_persons, v2_persons, extras) FROM (
    SELECT
        r.nr, r.file, r.record_id, r.url, gdelt_time(r.date) AS seen_at,
        coalesce(nullif(trim(r.source_name), ''), web_domain(r.url)) AS domain,
        merged(r.v1_themes, r.v2_themes) AS themes,
        merged(lower(r.v1_persons), lower(r.v2_persons)) AS persons,
        merged(lower(r.v1_organizations), lower(r.v2_organizations)) AS organizations,
        coalesce(c.countries, []) AS countries,
        string_split(r.v2_tone, ',') AS tones, r.v2_tone, r.v2_counts,
        regexp_extract(r.translation, '(^|;)srclc:([^;]*)', 2) AS code,
        regexp_matches(r.record_id, '-T[0-9]+$') OR r.translation IS NOT NULL AS translated,
        tag(r.extras, 'PAGE_PRECISEPUBTIMESTAMP') AS published_raw,
        tag(r.extras, 'PAGE_TITLE') AS title_raw,
        tag(r.extras, 'PAGE_ALTURL_AMP') AS amp_url,
        tag(r.extras, 'PAGE_ALTURL_MOBILE') AS mobile_url,
        r.v1_persons, r.v2_persons, r.extras
    FROM graph_rows AS r LEFT JOIN graph_countries AS c USING (nr)
    WHERE trim(r.url) <> '' AND gdelt_time(r.date) IS NOT NULL
)
WHERE getvariable('everything')
    OR list_has_any(countries, getvariable('countries'))
    OR list_has_any(themes, getvariable('themes'))
    OR len(list_filter(getvariable('names'), lambda n:
        contains(array_to_string(list_concat(persons, organizations), ';'), n))) > 0
    OR /*listed*/;

CREATE OR REPLACE TEMP TABLE graph_seen AS
WITH reference AS (
    SELECT coalesce(map_from_entries(list({'k': token, 'v': text})), MAP {}) AS named FROM named_entity
)
SELECT
    k.*, article_id(k.url) AS article_id,
    tidy(plain(k.title_raw, reference.named)) AS title,
    CASE WHEN k.translated THEN l.lang ELSE 'en' END AS lang,
    gdelt_published(k.published_raw) AS published_at,
    gdelt_number(tones[1]) AS tone, gdelt_number(tones[2]) AS tone_positive,
    gdelt_number(tones[3]) AS tone_negative, gdelt_number(tones[4]) AS tone_polarity,
    gdelt_number(tones[5]) AS activity_density, gdelt_number(tones[6]) AS self_density,
    gdelt_int(tones[7]) AS words
FROM graph_kept AS k
CROSS JOIN reference
LEFT JOIN languages AS l USING (code);

-- Of several rows of one article, the first one seen is used.
CREATE OR REPLACE TEMP TABLE graph_article AS
SELECT * FROM graph_seen
QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY seen_at, record_id, file, nr) = 1;

CREATE OR REPLACE TEMP TABLE graph_sighting AS
SELECT * FROM (
    SELECT nr, file, record_id, article_id, url, title, lang, published_at, seen_at FROM graph_seen
    UNION ALL
    SELECT nr, file, record_id, article_id, plain(unnest([amp_url, mobile_url]), MAP {'&amp;': '&'}),
        title, lang, published_at, seen_at
    FROM graph_seen
)
WHERE web_domain(url) IS NOT NULL OR url IN (SELECT url FROM graph_article)
QUALIFY row_number() OVER (PARTITION BY article_id, url ORDER BY seen_at, record_id, file, nr) = 1;

CREATE OR REPLACE TEMP TABLE graph_place AS
SELECT DISTINCT
    a.article_id, place_type(p.type) AS place_type, nullif(p.name, '') AS place, c.country,
    nullif(p.adm1, '') AS adm1, gdelt_degrees(p.latitude, 90) AS latitude,
    gdelt_degrees(p.longitude, 180) AS longitude, nullif(p.feature_id, '') AS feature_id, a.seen_at
FROM graph_article AS a
JOIN graph_location AS p USING (nr)
LEFT JOIN fips_country AS c USING (fips)
WHERE p.whole AND (p.name <> '' OR p.adm1 <> '');

-- A count is `type#number#object#` and a location without ADM2, with its offset.
CREATE OR REPLACE TEMP TABLE graph_counted AS
SELECT article_id, seen_at, string_split(unnest(items(v2_counts)), '#') AS c FROM graph_article;

CREATE OR REPLACE TEMP TABLE graph_count AS
SELECT DISTINCT
    k.article_id, c[1] AS count_type, gdelt_int(c[2]) AS number, tidy(c[3]) AS object,
    place_type(c[4]) AS place_type, nullif(c[5], '') AS place, f.country, nullif(c[7], '') AS adm1,
    gdelt_degrees(c[8], 90) AS latitude, gdelt_degrees(c[9], 180) AS longitude,
    nullif(c[10], '') AS feature_id, k.seen_at
FROM graph_counted AS k
LEFT JOIN fips_country AS f ON f.fips = coalesce(nullif(left(c[7], 2), ''), nullif(c[6], ''))
WHERE len(c) = 11 AND c[1] <> '' AND gdelt_int(c[2]) >= 0;

CREATE OR REPLACE TEMP TABLE odd_graph AS
SELECT what, count(*) AS number FROM (
    SELECT 'language ' || coalesce(nullif(code, ''), 'not given') AS what
        FROM graph_article WHERE translated AND lang IS NULL
    UNION ALL SELECT 'V2Tone: not seven numbers' FROM graph_article
        WHERE v2_tone IS NOT NULL AND (words IS NULL OR len(list_filter(
            [tone, tone_positive, tone_negative, tone_polarity, activity_density, self_density],
            lambda x: x IS NULL)) > 0)
    UNION ALL SELECT 'PAGE_PRECISEPUBTIMESTAMP: not a time' FROM graph_article
        WHERE gdelt_time(published_raw) IS NULL AND published_raw IS NOT NULL
    UNION ALL SELECT 'PAGE_PRECISEPUBTIMESTAMP: before 1990' FROM graph_article
        WHERE published_at IS NULL AND gdelt_time(published_raw) IS NOT NULL
    UNION ALL SELECT DISTINCT ON (nr) 'row with a place whose country is not that of its ADM1 code'
        FROM graph_location WHERE adm1 <> '' AND stated <> left(adm1, 2)
    UNION ALL SELECT 'FIPS country code ' || fips
        FROM (SELECT DISTINCT nr, fips FROM graph_location WHERE whole)
        WHERE fips NOT IN (SELECT fips FROM fips_country UNION ALL FROM fips_no_country)
    UNION ALL SELECT 'V2Locations: not nine parts' FROM graph_location WHERE NOT whole
    UNION ALL SELECT 'V2Locations: type ' || type FROM graph_location WHERE whole AND place_type(type) IS NULL
    UNION ALL SELECT 'V2Counts: not eleven parts with a number' FROM graph_counted
        WHERE NOT coalesce(len(c) = 11 AND c[1] <> '' AND gdelt_int(c[2]) >= 0, false)
)
GROUP BY what;

CREATE OR REPLACE TEMP TABLE kept_url AS SELECT DISTINCT url FROM graph_seen;
DROP TABLE graph_location;
DROP TABLE graph_countries;
DROP TABLE graph_kept;
DROP TABLE graph_seen;
DROP TABLE graph_counted;
