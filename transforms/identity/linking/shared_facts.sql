-- Numbers and references that two records share.
-- In: record, identifiers with their history; list_reference (source_id, cited_as, list, form, compared): the names under
--     which lists cite the keys of others, and the form of the keys.
-- Out: piece, record_fact (record_id, fact, kind, country, length), shared_fact (l, r, method, what).

-- The numbers in each cell, without remarks in brackets, dates, and words that describe the number (`TIN: 7840038027`,
-- `national identity card number 12345-1234567-1`, `123450987 (Expires 18 Jun. 2018)`). Ration cards are left out: they
-- belong to a household.
CREATE OR REPLACE TEMP TABLE piece AS
WITH cell AS (
    SELECT DISTINCT record_id, type, type_raw, type_name, country, number FROM identifiers
    WHERE type NOT IN ('crypto_wallet', 'call_sign', 'aircraft') AND NOT regexp_matches(number, '(?i)ration card')
),
plain AS (
    SELECT
        record_id, type, type_raw, type_name, country, number,
        regexp_replace(number, '\s\([^()]*\)|\([^()]*\pL[^()]*\)|\s\d\d?[./]\d\d?[./]\d{4}\b', ' ', 'g') AS bare,
        regexp_replace(bare, '(\d)\s*(?:No\b\.?|№)\s*(\d)', '\1\2', 'g') AS whole,
        regexp_replace(whole, '(\d{9,})\s*/\s*(\d{9,})', '\1;\2', 'g') AS apart,
        -- short words only if they are known descriptions
        regexp_replace(apart,
            '(?i)(?:^|[\s;,."“])(?:(?:\pL{4,}|tin|inn|kpp|srn|ssn|tax|id|nr|no|of|bik|bi[cn]|инн|унп|унн|car|bpa)[.:]*(?:[\s/]+|$))+',
            ';', 'g') AS undescribed,
        regexp_replace(undescribed, '[.,]\s+|\s·\s', ';', 'g') AS pieces
    FROM cell
)
SELECT
    record_id, type, type_raw, type_name, p.country,
    unnest(CASE WHEN type IN ('list_reference', 'imo', 'imo_company', 'swift_bic', 'mmsi') THEN [number]
        ELSE string_split(pieces, ';') END) AS number
FROM plain AS p
JOIN record AS r USING (record_id);

-- Each number as letters and digits only, with its `kind`, because lists confuse kinds (a tax number on one list is a
-- national number on another). Left out is what does not identify anyone: wallets, call signs, licences, codes of tax
-- offices and bank branches, and numbers that are too short or repeat a single digit.
CREATE OR REPLACE TEMP TABLE record_fact AS
WITH written AS (
    SELECT DISTINCT
        record_id,
        CASE WHEN type = 'list_reference' THEN number
            WHEN type IN ('imo', 'imo_company') OR of_ship THEN regexp_extract(number, '\b(\d{7})\b', 1)
            WHEN type = 'swift_bic' THEN upper(left(regexp_replace(number, '\W', '', 'g'), 8))
            -- some lists omit the citizen mark of a Myanmar number (14/MAMAKA(N)123450)
            ELSE regexp_replace(upper(regexp_replace(number, '[\W_]', '', 'g')),
                '^(\d\d?[A-Z]{4,}?)(?:N|NAING|NINE|AEI)?(\d{5,6})$', '\1\2') END AS number,
        CASE WHEN of_ship THEN 'imo_company' ELSE type END AS kind, type_raw, country
    FROM (SELECT *, type = 'other' AND regexp_full_match(number, '\s*IMO\s*\d{7}\s*') AS of_ship FROM piece)
    WHERE NOT (type = 'other' AND regexp_matches(
            coalesce(type_name, '') || ' ' || coalesce(type_raw, ''),
            '(?i)kpp|bik|ticker|commercial code|locode|micex|visa|permit|license$|license number|reason for tax'
        ))
        -- codes of Russian tax offices
        AND NOT (type IN ('other', 'tax_id', 'registration') AND regexp_full_match(trim(number), '\d{4}(01|43|50)001'))
),
-- A record's own key, which other lists may cite, and its references to other lists.
reference AS (
    SELECT w.record_id, r.source_id, lower(w.type_raw) AS cited_as, w.number
    FROM written AS w
    JOIN record AS r USING (record_id)
    WHERE w.kind = 'list_reference'
    UNION ALL
    SELECT record_id, source_id, NULL, split_part(record_id, ':', 2) FROM record
),
of_list AS (
    -- recognised by its form, such as QDi.043
    SELECT n.record_id, l.list || ' ' || upper(regexp_replace(n.number, l.form, l.compared, 'i')) AS fact
    FROM reference AS n
    JOIN list_reference AS l ON l.form IS NOT NULL AND (n.cited_as IS NOT NULL OR n.source_id = l.source_id)
    WHERE regexp_full_match(n.number, l.form, 'i')
    UNION ALL
    -- recognised by what the citing list calls it
    SELECT n.record_id, l.list || ' ' || n.number
    FROM reference AS n
    JOIN list_reference AS l ON l.source_id = n.source_id AND l.cited_as IS NOT DISTINCT FROM n.cited_as
    WHERE l.list NOT IN (SELECT list FROM list_reference WHERE form IS NOT NULL)
        AND NOT EXISTS (FROM list_reference AS f WHERE regexp_full_match(n.number, f.form, 'i'))
)
SELECT DISTINCT record_id, fact, 'reference' AS kind, NULL::VARCHAR AS country, 99 AS length
FROM of_list
UNION ALL
SELECT DISTINCT record_id, number, kind, country, length(number)
FROM written
WHERE kind <> 'list_reference' AND length(number) >= 5 AND (kind = 'swift_bic' OR regexp_matches(number, '\d') IS TRUE)
    AND NOT regexp_full_match(number, '0*(\d)?(?:0+|1+|2+|3+|4+|5+|6+|7+|8+|9+)')
    AND number NOT IN ('12345', '123456', '1234567', '12345678', '123456789', '1234567890');

-- A number on three records of one list identifies nobody. A number of five or six characters counts only if both sides
-- state the country; if the kinds differ, it needs eight characters.
CREATE OR REPLACE TEMP TABLE shared_fact AS
WITH usable AS (
    SELECT f.*, r.source_id, r.kind AS of
    FROM record_fact AS f
    JOIN record AS r USING (record_id)
    QUALIFY count(DISTINCT f.record_id) OVER (PARTITION BY f.fact, r.source_id) < 3 OR f.kind = 'reference'
)
SELECT
    a.record_id AS l, b.record_id AS r,
    CASE WHEN bool_or(a.kind = 'reference') THEN 'reference' ELSE 'identifier' END AS method,
    arg_max(
        CASE WHEN a.kind = 'reference' THEN split_part(a.fact, ' ', 1) || ' reference'
            WHEN a.kind = b.kind THEN replace(replace(a.kind, '_', ' '), 'other', 'number')
                || coalesce(' (' || coalesce(a.country, b.country) || ')', '')
            ELSE 'number' || coalesce(' (' || coalesce(a.country, b.country) || ')', '') END,
        (a.kind = 'reference', a.kind = b.kind, a.length, a.fact, a.kind, b.kind)
    ) AS what,
    max(a.length) AS length
FROM usable AS a
JOIN usable AS b ON a.fact = b.fact AND a.record_id < b.record_id AND a.of = b.of
    AND (a.kind = 'reference') = (b.kind = 'reference')
WHERE (a.country = b.country OR ((a.country IS NULL OR b.country IS NULL) AND a.length >= 7))
    AND (a.kind = b.kind OR a.length >= 8 AND a.kind IN ('passport', 'national_id', 'tax_id', 'registration', 'other')
        AND b.kind IN ('passport', 'national_id', 'tax_id', 'registration', 'other'))
GROUP BY ALL;
