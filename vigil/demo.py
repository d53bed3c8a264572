"""The three queries that `make demo` ends with: a title and SQL each."""

QUERIES = [
    (
        "Who was in prison on 1 July 2025, and is free now?",
        """SELECT then_.name, then_.arrest_date, then_.sentence_raw AS sentence, now_.release_date
FROM prisoners AS then_
JOIN current_prisoners AS now_ USING (record_id)
WHERE then_.valid_from <= '2025-07-01' AND (then_.valid_to > '2025-07-01' OR then_.valid_to IS NULL)
    AND then_.status = 'detained' AND now_.status = 'released' AND now_.release_date > '2025-07-01'
ORDER BY now_.release_date, then_.name""",
    ),
    (
        "Which names came onto a sanctions list, and which left it?",
        """SELECT e.event_type, e.event_date, e.source_id, n.name, n.schema
FROM events AS e JOIN entities AS n USING (entity_id)
WHERE e.event_type = 'delisted' OR (e.event_type = 'listed' AND e.observed_at > (
    SELECT min(fetched_at) FROM snapshots AS s WHERE s.source_id = e.source_id))
ORDER BY e.event_date""",
    ),
    (
        "Prisoners, sanctions and news in one line of time",
        """SELECT date, family, what, name, coalesce(url, source_id) AS source
FROM timeline
WHERE date >= '2025-09-01' OR name ILIKE '%BELAVIA%'
ORDER BY date, family, what, name""",
    ),
]
