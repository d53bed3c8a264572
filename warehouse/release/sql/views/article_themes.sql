-- The themes of each article, with GDELT's codes split. `vocabulary` is determined by the code's prefix: `world_bank` is its
-- topical taxonomy, with the topic's `number`; `crisislex`, `epu` (economic policy uncertainty), `ungp`, `uspec`, `econ`,
-- `env`, `soc` and the `tax_` ones are named as by GDELT; `gdelt` has no prefix. The category of a feed, which is not a code
-- in capitals, has the vocabulary `feed`.
CREATE OR REPLACE VIEW article_themes AS
WITH listed AS (
    SELECT article_id, seen_at, unnest(themes) AS theme FROM articles
),
coded AS (
    SELECT *, regexp_full_match(theme, '[A-Z0-9_]*[A-Z][A-Z0-9_]*') AS is_code FROM listed
),
split AS (
    SELECT
        *,
        CASE WHEN is_code THEN regexp_extract(
            theme,
            '^(WB|CRISISLEX|EPU|UNGP|USPEC|ECON|ENV|SOC|TAX_(?:POLITICAL_PARTY|MILITARY_TITLE|TERROR_GROUP'
                || '|SPECIAL_ISSUES|[A-Z]+))(?:_(?:([0-9]+|[A-Z][0-9]+|CATS)_)?(.*))?$',
            ['prefix', 'part', 'words'])
        END AS code
    FROM coded
)
SELECT
    article_id, seen_at, theme,
    CASE
        WHEN NOT is_code THEN 'feed'
        WHEN code.prefix = 'WB' THEN 'world_bank'
        WHEN code.prefix <> '' THEN lower(code.prefix)
        ELSE 'gdelt'
    END AS vocabulary,
    CASE WHEN code.prefix = 'WB' THEN try_cast(code.part AS INTEGER) END AS number,
    CASE
        WHEN NOT is_code THEN theme
        WHEN code.words <> '' THEN lower(replace(code.words, '_', ' '))
        ELSE lower(replace(theme, '_', ' '))
    END AS label
FROM split
WHERE theme <> '';
