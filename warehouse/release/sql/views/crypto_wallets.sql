-- All digital currency addresses on a sanctions list. Publishers write the currency into the kind of number: `Digital
-- Currency Address - XBT`. Each currency has one code here, its common ticker, although lists write `XBT`, `btc` or `Bitcoin`.
CREATE OR REPLACE VIEW crypto_wallets AS
WITH wallet AS (
    SELECT *, nullif(upper(trim(regexp_extract(type_raw, '^.*(\s[-–—]|[-–—:])\s*([^:]+)$', 2))), '') AS code
    FROM current_identifiers WHERE type = 'crypto_wallet'
),
spelling (code, currency) AS (
    VALUES
        ('XBT', 'BTC'), ('BITCOIN', 'BTC'), ('ETHEREUM', 'ETH'), ('ETHER', 'ETH'), ('TETHER', 'USDT'),
        ('USD COIN', 'USDC'), ('LITECOIN', 'LTC'), ('MONERO', 'XMR'), ('RIPPLE', 'XRP'), ('TRON', 'TRX'),
        ('DSH', 'DASH'), ('DOGECOIN', 'DOGE'), ('XDG', 'DOGE'), ('BCC', 'BCH'), ('BITCOIN CASH', 'BCH'),
        ('BITCOIN GOLD', 'BTG'), ('BITCOIN SV', 'BSV'), ('BCHSV', 'BSV'), ('ZCASH', 'ZEC'), ('VERGE', 'XVG'),
        ('ETHEREUM CLASSIC', 'ETC'), ('SOLANA', 'SOL'), ('BINANCE COIN', 'BNB')
)
SELECT
    coalesce(p.currency, i.code) AS currency, i.number AS address, i.note,
    s.name, s.schema, s.source_id, s.authority, s.programs, s.listing_date, s.record_id, r.entity_id
FROM wallet AS i
LEFT JOIN spelling AS p ON p.code = i.code
JOIN current_sanctions AS s ON s.record_id = i.record_id
JOIN entity_records AS r ON r.record_id = i.record_id;
