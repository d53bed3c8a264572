-- How much was written about each country in each week (by its Monday, UTC), and in what tone: articles, those
-- of them with a tone, and its mean.
CREATE OR REPLACE VIEW news_by_week AS
SELECT
    country,
    date_trunc('week', seen_at AT TIME ZONE 'UTC')::DATE AS week,
    count(*) AS articles,
    count(tone) AS with_tone,
    avg(tone) AS tone
FROM (SELECT unnest(countries) AS country, seen_at, tone FROM articles)
GROUP BY ALL;
