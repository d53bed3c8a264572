-- Entities with a name, in any spelling and script: the most similar first, then those with the most records, articles and
-- spellings. Each word of the question is compared with the parts of all names (`name_parts`). `score` is their average
-- similarity, from 0.65 to 1; a patronymic counts half, an initial less. It is multiplied by 0.9 unless the question has all
-- parts of the name with equal phonetic keys. Names in scripts without phonetic keys here (Chinese, Korean, Thai and others)
-- are found as written. Of a question longer than any name only the first words are used, because the time grows with them.
CREATE OR REPLACE MACRO whois(question) AS TABLE
WITH typed AS (
    SELECT lower(regexp_replace(nfc_normalize(trim(left(question::VARCHAR, 500))), '[\x{0300}-\x{036f}''`´’‘ʼʹʾʿ″"“”«»]', '', 'g')) AS text
),
-- in one alphabet: replace letters of the other that look the same; join compound Arabic names
unmixed AS (
    SELECT CASE
        WHEN NOT regexp_matches(text, '[\x{0400}-\x{052f}]') OR NOT regexp_matches(text, '[a-zĸ]') THEN text
        WHEN length(regexp_replace(text, '[^\x{0400}-\x{052f}]', '', 'g'))
                >= length(regexp_replace(text, '[^a-zĸ]', '', 'g'))
            THEN translate(text, 'aceikmhopxytbĸ', 'асеікмнорхутвк')
        ELSE translate(text, 'асеікорхуѕјһ', 'aceikopxysjh')
    END AS text
    FROM typed
),
joined AS (
    SELECT regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
        text,
        '\b(?:abd|abed)(?:[uae]l?|[aue][rsdn]|[ua]sh)?[ -]+(?:(?:[aeu][lrsdn]|[ua]sh)[ -]+)?([a-z]{2,})',
        'abdul\1', 'g'),
        '\b(?:abu|abou|aboo|abi)[ -]+(?:[aeu][lrsdn][ -]+)?([a-z]{2,})', 'abu\1', 'g'),
        '\b(?:umm?|umu|oum)[ -]+(?:[aeu][lrsdn][ -]+)?([a-z]{2,})', 'umm\1', 'g'),
        '([a-z]{2,})[ -]+(?:[aeu][ld]?[ -]*)(?:din|deen|dine|dien)\b', '\1uddin', 'g'),
        '(^| )ال([\x{0620}-\x{064a}]{3})', '\1\2', 'g') AS text
    FROM unmixed
),
word AS (
    SELECT
        generate_subscripts(words, 1) AS place,
        unnest(words) AS word
    FROM (SELECT regexp_extract_all(
        CASE WHEN regexp_matches(text, '(vi[ct]c?h|vych|[ei]vna|ovna)( |$)')
            THEN regexp_replace(text, '(^| )j([aeou])', '\1y\2', 'g') ELSE text END,
        '[\p{L}\p{M}\p{N}]+')[:25] AS words FROM joined)
),
known AS (SELECT DISTINCT part, kind, root, sound, bones FROM name_parts),
heard AS (
    SELECT place, word, name_sound(word) AS sound, name_bones(name_sound(word)) AS bones,
        name_spelling(word) AS spelling,
        coalesce(lag(length(word)) OVER (ORDER BY place) = 1, false) AS after_initial
    FROM word
),
asked AS (
    SELECT
        h.*, k.root, k.kind,
        CASE WHEN length(h.word) = 1 THEN 0.3 WHEN regexp_matches(h.sound, '.{3}(vi?C|vna|iCna)$') THEN 0.5 ELSE 1 END
            AS weight
    FROM heard AS h
    LEFT JOIN (SELECT DISTINCT sound, root, kind FROM known) AS k ON k.sound = h.sound
    WHERE h.sound <> '' AND h.word NOT IN (SELECT part FROM known WHERE kind = 'particle')
),
-- Equal spelling ranks first, then equal phonetic keys, with the stressed ending before the rest: Беляцкий is Bialiatski
-- before Beletsky. Given names with different roots are different names, however similar they sound.
alike AS (
    SELECT
        a.place, k.part, k.kind, k.root, k.sound,
        max(CASE
            WHEN a.word = k.part THEN 1
            WHEN a.sound = k.sound AND k.kind = 'other' THEN 0.99
                - 0.03 * levenshtein(a.spelling, name_spelling(k.part)) / length(a.spelling)
                - 0.07 * levenshtein(right(a.spelling, 5), right(name_spelling(k.part), 5)) / 5
            WHEN a.root = k.root OR a.sound = k.sound THEN 0.99
            WHEN a.kind = 'given' AND k.kind = 'given' THEN 0
            WHEN length(a.word) = 1
                -- the initial of the patronymic follows that of the given name
                THEN CASE WHEN starts_with(k.sound, a.sound) AND (k.kind <> 'patronymic' OR a.after_initial)
                    THEN 0.8 ELSE 0 END
            ELSE greatest(
                1 - 0.6 * levenshtein(a.sound, k.sound) / greatest(length(a.sound), length(k.sound))
                    - 0.4 * levenshtein(a.bones, k.bones) / greatest(length(a.bones), length(k.bones), 1),
                -- one wrong letter, in a word that is long enough
                CASE WHEN greatest(length(a.sound), length(k.sound)) >= 5 AND levenshtein(a.sound, k.sound) = 1
                    THEN 0.78 ELSE 0 END)
        END) AS alike
    FROM asked AS a
    JOIN known AS k ON k.kind <> 'particle'
        AND (length(a.word) = 1 OR k.kind <> 'initial' AND abs(length(k.sound) - length(a.sound)) <= 3)
    GROUP BY ALL
    HAVING alike >= 0.75
),
held AS (
    SELECT p.record_id, p.name, p.reading, l.place, max(l.alike) AS alike
    FROM name_parts AS p
    JOIN alike AS l ON l.part = p.part AND l.kind = p.kind AND l.root = p.root AND l.sound = p.sound
    GROUP BY p.record_id, p.name, p.reading, l.place
),
weighed AS (SELECT DISTINCT place, weight FROM asked),
likely AS (
    SELECT
        h.record_id, h.name, h.reading,
        sum(h.alike * w.weight) / (SELECT sum(weight) FROM weighed) AS score,
        min(h.alike) AS least_alike, count(*) AS words
    FROM held AS h
    JOIN weighed AS w ON w.place = h.place
    GROUP BY h.record_id, h.name, h.reading
),
named AS (
    SELECT
        l.record_id, l.name,
        l.score * CASE WHEN l.least_alike >= 0.99 AND count(*) FILTER (p.kind <> 'particle') = l.words
            THEN 1 ELSE 0.9 END AS score
    FROM likely AS l
    JOIN name_parts AS p ON p.record_id = l.record_id AND p.name = l.name AND p.reading = l.reading
    WHERE l.score >= 0.65
    GROUP BY l.record_id, l.name, l.reading, l.score, l.least_alike, l.words
    UNION ALL
    SELECT n.record_id, n.name, CASE WHEN lower(n.name) = t.text THEN 1 ELSE 0.9 END
    FROM (SELECT DISTINCT record_id, name FROM names) AS n
    JOIN typed AS t ON regexp_matches(t.text, '[\p{L}\p{N}]') AND contains(lower(n.name), t.text)
    WHERE lower(n.name) = t.text OR NOT EXISTS (FROM heard WHERE sound <> '')
    UNION ALL
    -- one error per eight letters of the whole name, such as two joined words, in any script
    SELECT
        n.record_id, n.name,
        0.9 * (1 - levenshtein(lower(n.name), t.text) / greatest(strlen(n.name), strlen(t.text)))
    FROM (SELECT DISTINCT record_id, name FROM names) AS n
    JOIN typed AS t ON strlen(t.text) >= 8
        AND 8 * abs(strlen(n.name) - strlen(t.text)) <= greatest(strlen(n.name), strlen(t.text))
    WHERE 8 * levenshtein(lower(n.name), t.text) <= greatest(strlen(n.name), strlen(t.text))
),
best AS (
    SELECT r.entity_id, round(n.score, 2) AS score, n.name AS matched_name
    FROM named AS n
    JOIN entity_records AS r ON r.record_id = n.record_id
    WHERE n.score >= 0.65
    QUALIFY row_number() OVER (PARTITION BY r.entity_id ORDER BY n.score DESC, n.name) = 1
),
list_entry AS (
    SELECT
        p.record_id, concat(p.source_id, ': ', coalesce(c.status, p.status)) AS place, p.valid_from,
        c.record_id IS NOT NULL AS is_current
    FROM prisoners AS p
    LEFT JOIN current_prisoners AS c ON c.record_id = p.record_id AND p.valid_to IS NULL
    UNION ALL
    SELECT
        t.record_id, concat(t.source_id, ': ', array_to_string(t.programs, ' ')), t.valid_from,
        c.record_id IS NOT NULL
    FROM sanctions AS t
    LEFT JOIN current_sanctions AS c ON c.record_id = t.record_id AND t.valid_to IS NULL
),
listed AS (
    SELECT entity_id, string_agg(DISTINCT place, '; ' ORDER BY place) AS lists
    FROM (
        SELECT r.entity_id, s.place || CASE WHEN s.is_current THEN '' ELSE ' (no longer listed)' END AS place
        FROM best AS b
        JOIN entity_records AS r ON r.entity_id = b.entity_id
        JOIN list_entry AS s ON s.record_id = r.record_id
        QUALIFY row_number() OVER (PARTITION BY r.record_id ORDER BY s.valid_from DESC) = 1
    )
    GROUP BY entity_id
),
spelled AS (
    SELECT r.entity_id, count(DISTINCT n.name) AS names
    FROM best AS b
    JOIN entity_records AS r ON r.entity_id = b.entity_id
    JOIN names AS n ON n.record_id = r.record_id
    GROUP BY r.entity_id
),
written AS (
    SELECT m.entity_id, count(DISTINCT m.article_id) AS articles FROM mentions AS m GROUP BY m.entity_id
)
SELECT
    e.entity_id, e.name, b.matched_name, b.score, e.schema, e.countries, e.birth_date,
    e.records, l.lists, coalesce(w.articles, 0) AS articles
FROM best AS b
JOIN entities AS e ON e.entity_id = b.entity_id
LEFT JOIN listed AS l ON l.entity_id = b.entity_id
LEFT JOIN spelled AS s ON s.entity_id = b.entity_id
LEFT JOIN written AS w ON w.entity_id = b.entity_id
ORDER BY b.score DESC, e.records DESC, coalesce(w.articles, 0) DESC, s.names DESC, e.entity_id
LIMIT 100;
