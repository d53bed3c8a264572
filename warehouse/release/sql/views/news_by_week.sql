-- The number of articles about each country per week (by its Monday, UTC), the number of those with a tone, and their mean
-- tone.
CREATE OR REPLACE VIEW news_by_week AS
SELECT
    country,
    date_trunc('week', seen_at AT TIME ZONE 'UTC')::DATE AS week,
    count(*) AS articles,
    count(tone) AS with_tone,
    avg(tone) AS tone
FROM (SELECT unnest(countries) AS country, seen_at, tone FROM articles)
GROUP BY ALL;
