"""The three queries that `make demo` ends with: a title and SQL each."""

QUERIES = [
    (
        "Who was in prison on 1 July 2025, and is free now?",
        """SELECT then_.name, then_.arrest_date, now_.sentence_raw AS sentence, now_.release_date
FROM prisoners_as_of('2025-07-01') AS then_
JOIN current_prisoners AS now_ USING (record_id)
WHERE then_.status = 'detained' AND now_.status = 'released'
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
        "Belarus, the weeks of a release, a delisting or news, side by side",
        """SELECT week, releases, held, delistings, targets, articles
FROM prisoners_and_sanctions('BY', '2025-09-01', '2025-12-31')
WHERE releases > 0 OR delistings > 0 OR articles > 0
ORDER BY week""",
    ),
]
