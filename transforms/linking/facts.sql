-- The numbers and references that two records have in common.
-- In: record, identifiers with their history.
-- Out: record_fact (record_id, fact, kind, country, length), shared_fact (l, r, method, what).

-- A number as letters and digits alone. Kinds that lists mix up (a tax number that is another's national
-- number) are told apart by `kind`. Left out is what is no one's own: wallets, call signs, licences, codes of
-- tax offices and of banks' branches, and what is too short or of one digit alone.
CREATE OR REPLACE TEMP TABLE record_fact AS
WITH written AS (
    SELECT DISTINCT
        i.record_id,
        CASE WHEN i.type = 'list_reference' THEN i.number
            WHEN i.type IN ('imo', 'imo_company') THEN regexp_extract(i.number, '\b(\d{7})\b', 1)
            WHEN i.type = 'swift_bic' THEN upper(left(regexp_replace(i.number, '\W', '', 'g'), 8))
            ELSE upper(regexp_replace(i.number, '[\W_]', '', 'g')) END AS number,
        i.type AS kind, i.type_raw, i.country
    FROM identifiers AS i
    JOIN record AS r USING (record_id)
    WHERE i.type NOT IN ('crypto_wallet', 'call_sign', 'aircraft')
        AND NOT (i.type = 'other' AND regexp_matches(
            coalesce(i.type_name, '') || ' ' || coalesce(i.type_raw, ''),
            '(?i)kpp|bik|ticker|commercial code|locode|micex|visa|permit|license$|license number|reason for tax'
        ))
),
reference AS (
    SELECT record_id, lower(type_raw) AS list, number FROM written WHERE kind = 'list_reference'
    UNION ALL
    SELECT record_id, 'own', split_part(record_id, ':', 2) FROM record
    WHERE source_id IN ('un_sc', 'gb_uksl', 'gb_ofsi', 'us_ofac_sdn', 'us_ofac_cons')
),
of_list AS (
    -- QDi.043, which some write QDi.43 and QDI.043; GHR0086; a group of the list of OFSI
    SELECT
        record_id,
        CASE WHEN regexp_full_match(number, '[A-Za-z]{2}[ieIE]\.\d{1,4}') THEN
                'UN ' || upper(left(number, 3)) || '.' || lpad(regexp_extract(number, '\d+'), 3, '0')
            WHEN list = 'uk sanctions list ref' OR (list = 'own' AND record_id LIKE 'gb_uksl:%') THEN 'UK ' || number
            -- the two lists of OFAC share their numbers
            WHEN list = 'own' AND record_id LIKE 'us_ofac%' THEN 'OFAC ' || number
            WHEN list = 'ofsigroupid' OR (list = 'own' AND record_id LIKE 'gb_ofsi:%') THEN 'OFSI ' || number
        END AS fact
    FROM reference
)
SELECT DISTINCT record_id, fact, 'reference' AS kind, NULL::VARCHAR AS country, 99 AS length
FROM of_list WHERE fact IS NOT NULL
UNION ALL
SELECT DISTINCT record_id, number, kind, country, length(number)
FROM written
WHERE kind <> 'list_reference' AND length(number) >= 5 AND regexp_matches(number, '\d') IS TRUE
    AND NOT regexp_full_match(number, '0*(\d)?(?:0+|1+|2+|3+|4+|5+|6+|7+|8+|9+)')
    AND number NOT IN ('12345', '123456', '1234567', '12345678', '123456789', '1234567890');

-- A number that three records of one list have is no one's own. One of five or six characters needs the
-- country said on both sides, one of another kind eight characters.
CREATE OR REPLACE TEMP TABLE shared_fact AS
WITH told AS (
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
FROM told AS a
JOIN told AS b ON a.fact = b.fact AND a.record_id < b.record_id AND a.of = b.of
    AND (a.kind = 'reference') = (b.kind = 'reference')
WHERE (a.country = b.country OR ((a.country IS NULL OR b.country IS NULL) AND a.length >= 7))
    AND (a.kind = b.kind OR a.length >= 8 AND a.kind IN ('passport', 'national_id', 'tax_id', 'registration', 'other')
        AND b.kind IN ('passport', 'national_id', 'tax_id', 'registration', 'other'))
GROUP BY ALL;
