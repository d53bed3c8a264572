-- Prisoners, sanctions and news of a country: one row per week (by its Monday), for all weeks that overlap the days from
-- `first_day` to `last_day`. `in_country` is an ISO 3166-1 alpha-2 code: for prisoners the country that holds them, for
-- targets as in `target_countries`.
--
-- `detentions`, `releases`, `deaths`: people, by week of the event. `listings`, `delistings`: records that were added to a
-- sanctions list or left one; a target on two lists counts twice. `..._maybe`: further ones of which only a month, a year
-- or the range between two observations is known, and which may be in this week.
-- `held`: people in prison at the end of the week; `targets`: people and bodies on any list then, as in `as_of`.
-- All of these are NULL, not zero, after the last observation of any list with such people.
-- `articles`: about the country, by `articles.countries`. `articles_on_them`: those that mention one of the prisoners or
-- targets. NULL if there are none and no news was fetched for any day of the week. `news_coverage`: the share of the week's
-- files of GDELT's graph that are in the archive.
CREATE OR REPLACE MACRO prisoners_and_sanctions(in_country, first_day, last_day) AS TABLE
WITH given AS (
    SELECT
        CASE WHEN NOT regexp_full_match(in_country::VARCHAR, '[A-Za-z]{2}')
            THEN error(concat('"', in_country, '" is no country code: ask with its two letters, as in BY'))
            ELSE upper(in_country::VARCHAR) END AS country,
        CASE WHEN first_day::DATE > last_day::DATE
            THEN error(concat('the days end on ', last_day::DATE, ', before they begin on ', first_day::DATE))
            ELSE first_day::DATE END AS first_day
),
week AS (
    SELECT unnest(generate_series(
        date_trunc('week', g.first_day), date_trunc('week', last_day::DATE), INTERVAL 7 DAY))::DATE AS week
    FROM given AS g
),
prisoner AS (
    SELECT DISTINCT p.record_id, p.source_id, r.entity_id
    FROM prisoners AS p
    JOIN entity_records AS r ON r.record_id = p.record_id
    JOIN given AS g ON g.country = p.country
),
target AS (
    SELECT DISTINCT s.record_id, s.source_id, r.entity_id
    FROM sanctions AS s
    JOIN entity_records AS r ON r.record_id = s.record_id
    WHERE r.entity_id IN (SELECT c.entity_id FROM target_countries AS c JOIN given AS g ON g.country = c.country)
),
-- the subject of an event: a person in prison, or a record on a sanctions list
happened AS (
    SELECT t.what, coalesce(p.entity_id, t.record_id) AS who, t.earliest, t.latest
    FROM timeline AS t
    LEFT JOIN prisoner AS p ON p.record_id = t.record_id
    LEFT JOIN target AS s ON s.record_id = t.record_id
    WHERE (p.record_id IS NOT NULL AND t.what IN ('detained', 'released', 'died')
            OR s.record_id IS NOT NULL AND t.what IN ('listed', 'delisted'))
        AND t.earliest <= last_day::DATE + 6 AND t.latest >= first_day::DATE - 6
),
-- if another list gives a more precise date, that one is used
closest AS (
    FROM happened AS h
    WHERE NOT EXISTS (
        FROM happened AS c
        WHERE c.who = h.who AND c.what = h.what AND c.earliest >= h.earliest AND c.latest <= h.latest
            AND (c.earliest > h.earliest OR c.latest < h.latest)
    )
),
in_week AS (
    SELECT w.week, c.what, c.who, bool_or(c.earliest >= w.week AND c.latest < w.week + 7) AS sure
    FROM week AS w
    JOIN closest AS c ON c.earliest < w.week + 7 AND c.latest >= w.week
    GROUP BY w.week, c.what, c.who
),
counted AS (
    SELECT
        week,
        count(*) FILTER (what = 'detained' AND sure) AS detentions,
        count(*) FILTER (what = 'detained' AND NOT sure) AS detentions_maybe,
        count(*) FILTER (what = 'released' AND sure) AS releases,
        count(*) FILTER (what = 'released' AND NOT sure) AS releases_maybe,
        count(*) FILTER (what = 'died' AND sure) AS deaths,
        count(*) FILTER (what = 'died' AND NOT sure) AS deaths_maybe,
        count(*) FILTER (what = 'listed' AND sure) AS listings,
        count(*) FILTER (what = 'listed' AND NOT sure) AS listings_maybe,
        count(*) FILTER (what = 'delisted' AND sure) AS delistings,
        count(*) FILTER (what = 'delisted' AND NOT sure) AS delistings_maybe
    FROM in_week
    GROUP BY week
),
looked AS (
    SELECT
        max((n.last_seen_at AT TIME ZONE 'UTC')::DATE) FILTER (n.source_id IN (SELECT source_id FROM prisoner))
            AS at_prisoners,
        max((n.last_seen_at AT TIME ZONE 'UTC')::DATE) FILTER (n.source_id IN (SELECT source_id FROM target))
            AS at_targets
    FROM snapshots AS n
    WHERE n.gate = 'promoted'
),
ends AS (
    SELECT
        w.week,
        CASE WHEN w.week <= l.at_prisoners THEN least(w.week + 6, l.at_prisoners) END AS prison_day,
        CASE WHEN w.week <= l.at_targets THEN least(w.week + 6, l.at_targets) END AS list_day
    FROM week AS w
    CROSS JOIN looked AS l
),
prison_span AS (
    SELECT p.entity_id, s.* FROM prisoner_spans() AS s JOIN prisoner AS p ON p.record_id = s.record_id
),
in_prison AS (
    SELECT week, count(DISTINCT entity_id) AS people
    FROM (
        SELECT e.week, s.entity_id, arg_max(s.status, (s.basis, s.since)) AS status
        FROM ends AS e
        JOIN prison_span AS s ON s.since <= e.prison_day AND (s.before IS NULL OR e.prison_day < s.before)
        GROUP BY e.week, s.entity_id, s.record_id
    )
    WHERE status = 'detained'
    GROUP BY week
),
list_span AS (
    SELECT t.entity_id, s.since, s.before FROM sanction_spans() AS s JOIN target AS t ON t.record_id = s.record_id
),
on_lists AS (
    SELECT e.week, count(DISTINCT s.entity_id) AS targets
    FROM ends AS e
    JOIN list_span AS s ON s.since <= e.list_day AND (s.before IS NULL OR e.list_day < s.before)
    GROUP BY e.week
),
written AS (
    SELECT date_trunc('week', m.seen_at AT TIME ZONE 'UTC')::DATE AS week, count(DISTINCT m.article_id) AS articles
    FROM mentions AS m
    WHERE m.entity_id IN (SELECT entity_id FROM prisoner UNION ALL SELECT entity_id FROM target)
    GROUP BY ALL
),
covered AS (
    SELECT date_trunc('week', c.day)::DATE AS week, sum(c.files) / (7 * 96 * 2) AS share
    FROM news_coverage AS c
    WHERE c.kind = 'gkg' AND c.files > 0
    GROUP BY ALL
)
SELECT
    e.week,
    CASE WHEN e.prison_day IS NOT NULL THEN coalesce(c.detentions, 0) END AS detentions,
    CASE WHEN e.prison_day IS NOT NULL THEN coalesce(c.detentions_maybe, 0) END AS detentions_maybe,
    CASE WHEN e.prison_day IS NOT NULL THEN coalesce(c.releases, 0) END AS releases,
    CASE WHEN e.prison_day IS NOT NULL THEN coalesce(c.releases_maybe, 0) END AS releases_maybe,
    CASE WHEN e.prison_day IS NOT NULL THEN coalesce(c.deaths, 0) END AS deaths,
    CASE WHEN e.prison_day IS NOT NULL THEN coalesce(c.deaths_maybe, 0) END AS deaths_maybe,
    CASE WHEN e.prison_day IS NOT NULL THEN coalesce(i.people, 0) END AS held,
    CASE WHEN e.list_day IS NOT NULL THEN coalesce(c.listings, 0) END AS listings,
    CASE WHEN e.list_day IS NOT NULL THEN coalesce(c.listings_maybe, 0) END AS listings_maybe,
    CASE WHEN e.list_day IS NOT NULL THEN coalesce(c.delistings, 0) END AS delistings,
    CASE WHEN e.list_day IS NOT NULL THEN coalesce(c.delistings_maybe, 0) END AS delistings_maybe,
    CASE WHEN e.list_day IS NOT NULL THEN coalesce(o.targets, 0) END AS targets,
    CASE WHEN v.share > 0 THEN coalesce(n.articles, 0) ELSE n.articles END AS articles,
    CASE WHEN v.share > 0 THEN coalesce(m.articles, 0) ELSE m.articles END AS articles_on_them,
    coalesce(v.share, 0) AS news_coverage
FROM ends AS e
LEFT JOIN counted AS c ON c.week = e.week
LEFT JOIN in_prison AS i ON i.week = e.week
LEFT JOIN on_lists AS o ON o.week = e.week
LEFT JOIN (SELECT b.week, b.articles FROM news_by_week AS b JOIN given AS g ON g.country = b.country) AS n ON n.week = e.week
LEFT JOIN written AS m ON m.week = e.week
LEFT JOIN covered AS v ON v.week = e.week
ORDER BY e.week;
