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
        "Who came onto a sanctions list since 2023, and who left one?",
        """SELECT event_date, event_type, source_id, name, schema
FROM events JOIN entities USING (entity_id)
WHERE event_type IN ('listed', 'delisted') AND event_date >= '2023'
ORDER BY event_date, name""",
    ),
    (
        "Prisoners, sanctions and news in one line of time",
        """SELECT date, family, what, name, coalesce(url, source_id) AS source
FROM timeline
WHERE date >= '2025-09-01' OR name ILIKE '%BELAVIA%'
ORDER BY date, family, what, name""",
    ),
]
