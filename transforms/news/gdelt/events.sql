-- GDELT's events and mentions of a day, from raw texts (NULL if empty) to the contracts' columns.
-- In: export_rows (nr, file, EXPORT), mention_rows (nr, file, MENTIONS): the kept rows, in order;
--     languages (code, lang); the tables and macros of vocabulary.define, the macros of articles.define_url_macros.
-- Out: bad_event, bad_mention (file, global_event_id, reason, raw), gdelt_event, gdelt_mention (file and the
--     contract's columns except source_id), odd (what, number).

CREATE OR REPLACE TEMP TABLE bad_event AS
SELECT
    file, global_event_id,
    CASE WHEN gdelt_id(global_event_id) IS NULL THEN 'no event number' ELSE 'no time' END AS reason,
    gdelt_line(list_value(*COLUMNS(lambda c: c NOT IN ('file', 'nr')))) AS raw
FROM export_rows
WHERE gdelt_id(global_event_id) IS NULL OR gdelt_time(date_added) IS NULL;

CREATE OR REPLACE TEMP TABLE event_kept AS
SELECT *, gdelt_id(global_event_id) AS news_event_id, gdelt_time(date_added) AS seen_at
FROM export_rows
WHERE gdelt_id(global_event_id) IS NOT NULL AND gdelt_time(date_added) IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY news_event_id ORDER BY nr) = 1;

CREATE OR REPLACE TEMP TABLE event_url AS
SELECT url, article_id(url) AS article_id
FROM (SELECT DISTINCT source_url AS url FROM event_kept WHERE trim(source_url) <> '');

CREATE OR REPLACE TEMP TABLE gdelt_event AS
SELECT
    e.file,
    e.news_event_id,
    gdelt_day(e.sql_date) AS event_date,
    e.seen_at,
    e.actor1_code,
    e.actor1_name,
    c1.country AS actor1_country,
    e.actor1_country_code,
    e.actor1_known_group_code AS actor1_group,
    e.actor1_ethnic_code AS actor1_ethnic,
    list_filter([actor1_religion1_code, actor1_religion2_code], lambda x: x IS NOT NULL) AS actor1_religions,
    list_filter([actor1_type1_code, actor1_type2_code, actor1_type3_code], lambda x: x IS NOT NULL)
        AS actor1_types,
    list_filter([r11.role, r12.role, r13.role], lambda x: x IS NOT NULL) AS actor1_roles,
    e.actor2_code,
    e.actor2_name,
    c2.country AS actor2_country,
    e.actor2_country_code,
    e.actor2_known_group_code AS actor2_group,
    e.actor2_ethnic_code AS actor2_ethnic,
    list_filter([actor2_religion1_code, actor2_religion2_code], lambda x: x IS NOT NULL) AS actor2_religions,
    list_filter([actor2_type1_code, actor2_type2_code, actor2_type3_code], lambda x: x IS NOT NULL)
        AS actor2_types,
    list_filter([r21.role, r22.role, r23.role], lambda x: x IS NOT NULL) AS actor2_roles,
    gdelt_bool(e.is_root_event) AS is_root,
    e.event_code,
    coded.name AS event_name,
    e.event_base_code,
    e.event_root_code,
    root.name AS event_root_name,
    CASE e.quad_class
        WHEN '1' THEN 'verbal_cooperation' WHEN '2' THEN 'material_cooperation'
        WHEN '3' THEN 'verbal_conflict' WHEN '4' THEN 'material_conflict' END AS quad_class,
    gdelt_number(e.goldstein_scale) AS goldstein,
    gdelt_int(e.num_mentions) AS mentions,
    gdelt_int(e.num_sources) AS sources,
    gdelt_int(e.num_articles) AS articles,
    gdelt_number(e.avg_tone) AS tone,
    place_type(e.actor1_geo_type) AS actor1_place_type,
    e.actor1_geo_full_name AS actor1_place,
    p1.country AS actor1_place_country,
    e.actor1_geo_adm1_code AS actor1_adm1,
    e.actor1_geo_adm2_code AS actor1_adm2,
    gdelt_degrees(e.actor1_geo_lat, 90) AS actor1_latitude,
    gdelt_degrees(e.actor1_geo_long, 180) AS actor1_longitude,
    e.actor1_geo_feature_id AS actor1_feature_id,
    place_type(e.actor2_geo_type) AS actor2_place_type,
    e.actor2_geo_full_name AS actor2_place,
    p2.country AS actor2_place_country,
    e.actor2_geo_adm1_code AS actor2_adm1,
    e.actor2_geo_adm2_code AS actor2_adm2,
    gdelt_degrees(e.actor2_geo_lat, 90) AS actor2_latitude,
    gdelt_degrees(e.actor2_geo_long, 180) AS actor2_longitude,
    e.actor2_geo_feature_id AS actor2_feature_id,
    place_type(e.action_geo_type) AS place_type,
    e.action_geo_full_name AS place,
    p3.country AS place_country,
    e.action_geo_adm1_code AS adm1,
    e.action_geo_adm2_code AS adm2,
    gdelt_degrees(e.action_geo_lat, 90) AS latitude,
    gdelt_degrees(e.action_geo_long, 180) AS longitude,
    e.action_geo_feature_id AS feature_id,
    u.url,
    u.article_id
FROM event_kept AS e
LEFT JOIN cameo_country AS c1 ON c1.code = e.actor1_country_code
LEFT JOIN cameo_country AS c2 ON c2.code = e.actor2_country_code
LEFT JOIN cameo_role AS r11 ON r11.code = e.actor1_type1_code
LEFT JOIN cameo_role AS r12 ON r12.code = e.actor1_type2_code
LEFT JOIN cameo_role AS r13 ON r13.code = e.actor1_type3_code
LEFT JOIN cameo_role AS r21 ON r21.code = e.actor2_type1_code
LEFT JOIN cameo_role AS r22 ON r22.code = e.actor2_type2_code
LEFT JOIN cameo_role AS r23 ON r23.code = e.actor2_type3_code
LEFT JOIN cameo_event AS coded ON coded.code = e.event_code
LEFT JOIN cameo_event AS root ON root.code = e.event_root_code
LEFT JOIN fips_country AS p1 ON p1.fips = gdelt_fips(e.actor1_geo_country_code, e.actor1_geo_adm1_code)
LEFT JOIN fips_country AS p2 ON p2.fips = gdelt_fips(e.actor2_geo_country_code, e.actor2_geo_adm1_code)
LEFT JOIN fips_country AS p3 ON p3.fips = gdelt_fips(e.action_geo_country_code, e.action_geo_adm1_code)
LEFT JOIN event_url AS u ON u.url = e.source_url;

CREATE OR REPLACE TEMP TABLE bad_mention AS
SELECT
    file, global_event_id,
    CASE WHEN gdelt_id(global_event_id) IS NULL THEN 'no event number'
        WHEN gdelt_time(mention_time_date) IS NULL THEN 'no time' ELSE 'no identifier' END AS reason,
    gdelt_line(list_value(*COLUMNS(lambda c: c NOT IN ('file', 'nr')))) AS raw
FROM mention_rows
WHERE gdelt_id(global_event_id) IS NULL OR gdelt_time(mention_time_date) IS NULL
    OR coalesce(trim(mention_identifier), '') = '';

-- Each URL is processed once, however many mentions it has.
CREATE OR REPLACE TEMP TABLE mention_url AS
SELECT url, article_id(url) AS article_id, web_domain(url) AS domain
FROM (SELECT DISTINCT mention_identifier AS url FROM mention_rows WHERE trim(mention_identifier) <> '');

CREATE OR REPLACE TEMP TABLE mention_kept AS
SELECT
    m.*, u.article_id, u.domain, gdelt_id(m.global_event_id) AS news_event_id,
    gdelt_time(m.mention_time_date) AS seen_at,
    m.mention_doc_translation_info IS NOT NULL OR contains(m.file, '.translation.') AS translated,
    coalesce(regexp_extract(m.mention_doc_translation_info, '(^|;)srclc:([^;]*)', 2), '') AS srclc
FROM mention_rows AS m
JOIN mention_url AS u ON u.url = m.mention_identifier
WHERE gdelt_id(m.global_event_id) IS NOT NULL AND gdelt_time(m.mention_time_date) IS NOT NULL;

CREATE OR REPLACE TEMP TABLE gdelt_mention AS
SELECT
    min(m.file) AS file,
    m.news_event_id,
    m.article_id,
    m.mention_identifier AS url,
    coalesce(m.domain, m.mention_source_name) AS domain,
    CASE m.mention_type
        WHEN '1' THEN 'web' WHEN '2' THEN 'citation' WHEN '3' THEN 'core'
        WHEN '4' THEN 'dtic' WHEN '5' THEN 'jstor' WHEN '6' THEN 'nontextual' END AS mention_type,
    m.seen_at,
    gdelt_time(m.event_time_date) AS event_seen_at,
    gdelt_int(m.sentence_id) AS sentence,
    -- -1 means not found
    nullif(gdelt_int(m.actor1_char_offset), -1) AS actor1_offset,
    nullif(gdelt_int(m.actor2_char_offset), -1) AS actor2_offset,
    nullif(gdelt_int(m.action_char_offset), -1) AS action_offset,
    gdelt_bool(m.in_raw_text) AS in_raw_text,
    gdelt_int(m.confidence) AS confidence,
    gdelt_int(m.mention_doc_len) AS document_length,
    gdelt_number(m.mention_doc_tone) AS tone,
    CASE WHEN m.translated THEN l.lang ELSE 'en' END AS lang
FROM mention_kept AS m
LEFT JOIN languages AS l ON l.code = m.srclc
GROUP BY ALL;

-- Unexpected values, with a readable label.
CREATE OR REPLACE TEMP TABLE odd AS
WITH fips AS (
    SELECT gdelt_fips(actor1_geo_country_code, actor1_geo_adm1_code) AS code FROM event_kept
    UNION ALL SELECT gdelt_fips(actor2_geo_country_code, actor2_geo_adm1_code) FROM event_kept
    UNION ALL SELECT gdelt_fips(action_geo_country_code, action_geo_adm1_code) FROM event_kept
),
cameo AS (
    UNPIVOT (SELECT actor1_country_code, actor2_country_code FROM event_kept)
    ON actor1_country_code, actor2_country_code INTO NAME name VALUE code
),
types AS (
    UNPIVOT (SELECT COLUMNS('actor[12]_type[123]_code') FROM event_kept)
    ON COLUMNS(*) INTO NAME name VALUE code
),
coded AS (
    UNPIVOT (SELECT event_code, event_root_code FROM event_kept)
    ON event_code, event_root_code INTO NAME name VALUE code
),
-- columns that hold one of a few codes; 0 is the type of no place
choices AS (
    UNPIVOT (
        SELECT
            if(gdelt_bool(is_root_event) IS NULL, is_root_event, NULL) AS IsRootEvent,
            if(quad_class NOT IN ('1', '2', '3', '4'), quad_class, NULL) AS QuadClass,
            if(actor1_geo_type NOT IN ('0', '1', '2', '3', '4', '5'), actor1_geo_type, NULL) AS Actor1Geo_Type,
            if(actor2_geo_type NOT IN ('0', '1', '2', '3', '4', '5'), actor2_geo_type, NULL) AS Actor2Geo_Type,
            if(action_geo_type NOT IN ('0', '1', '2', '3', '4', '5'), action_geo_type, NULL) AS ActionGeo_Type
        FROM event_kept
    ) ON COLUMNS(*) INTO NAME name VALUE code
    UNION ALL
    UNPIVOT (
        SELECT
            if(mention_type NOT IN ('1', '2', '3', '4', '5', '6'), mention_type, NULL) AS MentionType,
            if(gdelt_bool(in_raw_text) IS NULL, in_raw_text, NULL) AS InRawText
        FROM mention_kept
    ) ON COLUMNS(*) INTO NAME name VALUE code
),
unread AS (
    UNPIVOT (
        SELECT
            if(gdelt_number(goldstein_scale) IS NULL, goldstein_scale, NULL) AS GoldsteinScale,
            if(gdelt_int(num_mentions) IS NULL, num_mentions, NULL) AS NumMentions,
            if(gdelt_int(num_sources) IS NULL, num_sources, NULL) AS NumSources,
            if(gdelt_int(num_articles) IS NULL, num_articles, NULL) AS NumArticles,
            if(gdelt_number(avg_tone) IS NULL, avg_tone, NULL) AS AvgTone,
            if(gdelt_degrees(actor1_geo_lat, 90) IS NULL, actor1_geo_lat, NULL) AS Actor1Geo_Lat,
            if(gdelt_degrees(actor1_geo_long, 180) IS NULL, actor1_geo_long, NULL) AS Actor1Geo_Long,
            if(gdelt_degrees(actor2_geo_lat, 90) IS NULL, actor2_geo_lat, NULL) AS Actor2Geo_Lat,
            if(gdelt_degrees(actor2_geo_long, 180) IS NULL, actor2_geo_long, NULL) AS Actor2Geo_Long,
            if(gdelt_degrees(action_geo_lat, 90) IS NULL, action_geo_lat, NULL) AS ActionGeo_Lat,
            if(gdelt_degrees(action_geo_long, 180) IS NULL, action_geo_long, NULL) AS ActionGeo_Long
        FROM event_kept
    ) ON COLUMNS(*) INTO NAME name VALUE code
    UNION ALL
    UNPIVOT (
        SELECT
            if(gdelt_int(sentence_id) IS NULL, sentence_id, NULL) AS SentenceID,
            if(gdelt_int(actor1_char_offset) IS NULL, actor1_char_offset, NULL) AS Actor1CharOffset,
            if(gdelt_int(actor2_char_offset) IS NULL, actor2_char_offset, NULL) AS Actor2CharOffset,
            if(gdelt_int(action_char_offset) IS NULL, action_char_offset, NULL) AS ActionCharOffset,
            if(gdelt_int(confidence) IS NULL, confidence, NULL) AS Confidence,
            if(gdelt_int(mention_doc_len) IS NULL, mention_doc_len, NULL) AS MentionDocLen,
            if(gdelt_number(mention_doc_tone) IS NULL, mention_doc_tone, NULL) AS MentionDocTone
        FROM mention_kept
    ) ON COLUMNS(*) INTO NAME name VALUE code
),
labels AS (
    SELECT 'FIPS country code ' || left(code, 20) AS what FROM fips
        WHERE code NOT IN (SELECT fips FROM fips_no_country) AND code NOT IN (SELECT fips FROM fips_country)
    UNION ALL SELECT 'CAMEO country code ' || left(code, 20) FROM cameo
        WHERE code NOT IN (SELECT code FROM cameo_region) AND code NOT IN (SELECT code FROM cameo_country)
    UNION ALL SELECT 'CAMEO actor type ' || left(code, 20) FROM types
        WHERE code NOT IN (SELECT code FROM cameo_role)
    UNION ALL SELECT 'CAMEO event code ' || left(code, 20) FROM coded
        WHERE code NOT IN (SELECT code FROM cameo_event)
    UNION ALL SELECT name || ' ' || left(code, 20) FROM choices
    UNION ALL SELECT name || ': not a number' FROM unread
    UNION ALL SELECT 'SQLDATE: not a date' FROM event_kept
        WHERE sql_date IS NOT NULL AND gdelt_day(sql_date) IS NULL
    UNION ALL SELECT 'EventTimeDate: not a time' FROM mention_kept
        WHERE event_time_date IS NOT NULL AND gdelt_time(event_time_date) IS NULL
    UNION ALL SELECT 'event with a place whose country is not that of its ADM1 code' FROM event_kept
        WHERE actor1_geo_country_code <> left(actor1_geo_adm1_code, 2)
            OR actor2_geo_country_code <> left(actor2_geo_adm1_code, 2)
            OR action_geo_country_code <> left(action_geo_adm1_code, 2)
    UNION ALL SELECT 'language ' || CASE WHEN m.srclc = '' THEN 'not given' ELSE left(m.srclc, 20) END
        FROM mention_kept AS m LEFT JOIN languages AS l ON l.code = m.srclc
        WHERE m.translated AND l.lang IS NULL
)
SELECT what, count(*) AS number FROM labels GROUP BY what ORDER BY what;
