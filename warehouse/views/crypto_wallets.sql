-- Every digital currency address that stands on a sanctions list. Publishers write the currency into
-- the kind of number: `Digital Currency Address - XBT`.
CREATE OR REPLACE VIEW crypto_wallets AS
SELECT
    nullif(split_part(i.type_raw, ' - ', 2), '') AS currency, i.number AS address, i.note,
    s.name, s.schema, s.source_id, s.authority, s.programs, s.listing_date, s.record_id, r.entity_id
FROM current_identifiers AS i
JOIN current_sanctions AS s ON s.record_id = i.record_id
JOIN entity_records AS r ON r.record_id = i.record_id
WHERE i.type = 'crypto_wallet';
