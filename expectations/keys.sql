-- Records that a publisher put under another key since the last good snapshot, and keys that it gave to someone else.
-- In: the snapshot's tables, and those of the last good one as `before_<table>`.
-- Out: rekeyed, reused (record_id in the snapshot).

CREATE TEMP TABLE record AS
SELECT false AS is_old, record_id, schema, birth_dates AS births FROM sanctions
UNION ALL
SELECT true, record_id, schema, birth_dates FROM before_sanctions
UNION ALL
SELECT false, record_id, 'Person', CASE WHEN birth_date IS NULL THEN [] ELSE [birth_date] END FROM prisoners
UNION ALL
SELECT true, record_id, 'Person', CASE WHEN birth_date IS NULL THEN [] ELSE [birth_date] END FROM before_prisoners;

-- The words of a name, regardless of accents, case and order.
CREATE TEMP TABLE spelled AS
WITH named AS (
    SELECT false AS is_old, record_id, kind, name FROM names
    UNION ALL
    SELECT true, record_id, kind, name FROM before_names
)
SELECT
    is_old, record_id, kind,
    CASE
        WHEN regexp_matches(name, '\p{Latin}') THEN 'Latn'
        WHEN regexp_matches(name, '\p{Cyrillic}') THEN 'Cyrl'
        WHEN regexp_matches(name, '\p{Arabic}') THEN 'Arab'
        WHEN regexp_matches(name, '\p{Han}') THEN 'Hani'
        ELSE 'other'
    END AS script,
    list_sort(regexp_extract_all(
        lower(strip_accents(regexp_replace(name, '[''`’ʼ]', '', 'g'))), '[\p{L}\p{M}\p{N}]+'
    )) AS words
FROM named
WHERE regexp_matches(name, '[\p{L}\p{N}]');

-- Compatible years of birth; an unreadable date has none.
CREATE TEMP TABLE born AS
SELECT
    is_old, record_id,
    try_cast(left(birth, 4) AS INTEGER) AS first,
    try_cast(left(split_part(birth, '/', -1), 4) AS INTEGER) AS last
FROM (SELECT is_old, record_id, unnest(births) AS birth FROM record);

CREATE TEMP TABLE rekeyed AS
SELECT DISTINCT new.record_id
FROM record AS old
JOIN spelled AS o ON o.is_old AND o.record_id = old.record_id AND o.kind = 'primary'
JOIN spelled AS n ON NOT n.is_old AND n.words = o.words
JOIN record AS new ON NOT new.is_old AND new.record_id = n.record_id AND new.schema = old.schema
WHERE old.is_old
    AND old.record_id NOT IN (SELECT record_id FROM record WHERE NOT is_old AND record_id IS NOT NULL)
    AND new.record_id NOT IN (SELECT record_id FROM record WHERE is_old AND record_id IS NOT NULL)
    AND (len(old.births) = 0 OR len(new.births) = 0 OR EXISTS (
        FROM born AS a
        JOIN born AS b ON a.first <= b.last AND b.first <= a.last
        WHERE a.is_old AND a.record_id = old.record_id AND NOT b.is_old AND b.record_id = new.record_id
    ));

-- Very common words of names: if two names share only these, they belong to different people.
CREATE TEMP TABLE generic AS
SELECT unnest(regexp_extract_all($$
    abd abdul abdullah abu ahmad ahmed al ali bin hasan hassan hussain hussein ibn ibrahim khan mohamed mohammad
    mohammed muhammad mustafa omar said yusuf kim lee li ri wang zhang maria jose juan
    alexander aleksandr ivan mikhail sergei sergey vladimir
    and bank co company corp corporation enterprise establishment factory general group holding holdings inc
    industries industrial industry institute international joint jsc limited llc ltd ministry national of ooo
    open organization plant public services shipping state stock the trade trading
$$, '[a-z]+')) AS word;

-- The consonants of a word that transliterations preserve: `ktb` for Qadhafi and Gaddafi.
CREATE TEMP MACRO consonants(word) AS
    translate(regexp_replace(word, '[aeiouyhj]', '', 'g'), 'qcgxvwfpdz', 'kkkkbbbbts');
CREATE TEMP MACRO skeleton(word) AS array_to_string(list_filter(
    string_split(consonants(word), ''), lambda letter, place: place = 1 OR letter <> consonants(word)[place - 1]
), '');

CREATE TEMP MACRO is_like(word, known) AS jaro_winkler_similarity(word, known) >= 0.8;
CREATE TEMP MACRO is_nearly(word, known) AS
    is_like(word, known) OR (len(skeleton(word)) > 2 AND skeleton(word) = skeleton(known));

-- Records without any of their former names. `alike`: the greatest share of a name's words that have a similar word in a
-- former name; 1 means that only the spelling was corrected. `shared`: whether a rare word is similar to a former one, or
-- all words of the shorter name are. Both are NULL if no two names are in the same script, so that they cannot be compared.
CREATE TEMP TABLE renamed AS
WITH other AS (
    SELECT new.record_id,
        new.schema <> old.schema AND 'LegalEntity' NOT IN (new.schema, old.schema) AS other_schema,
        len(new.births) > 0 AND len(old.births) > 0 AS births_known
    FROM record AS new
    JOIN record AS old ON old.record_id = new.record_id AND old.is_old
    WHERE NOT new.is_old AND NOT EXISTS (
        FROM spelled AS a
        JOIN spelled AS b ON a.words = b.words
        WHERE a.is_old AND a.record_id = new.record_id AND NOT b.is_old AND b.record_id = new.record_id
    )
),
pair AS (
    SELECT r.record_id,
        CASE WHEN len(o.words) < len(n.words) THEN o.words ELSE n.words END AS short,
        CASE WHEN len(o.words) < len(n.words) THEN n.words ELSE o.words END AS long
    FROM other AS r
    JOIN spelled AS o ON o.is_old AND o.record_id = r.record_id
    JOIN spelled AS n ON NOT n.is_old AND n.record_id = r.record_id AND n.script = o.script
),
word AS (
    SELECT record_id, short, long, unnest(short) AS word FROM (SELECT DISTINCT record_id, short, long FROM pair)
),
likeness AS (
    SELECT record_id,
        avg(CAST(len(list_filter(long, lambda known: is_like(word, known))) > 0 AS INTEGER)) AS alike,
        bool_or(near AND word NOT IN (SELECT word FROM generic)) OR bool_and(near) AS shared
    FROM (SELECT *, len(list_filter(long, lambda known: is_nearly(word, known))) > 0 AS near FROM word)
    GROUP BY record_id, short, long
)
SELECT record_id, other_schema, births_known, max(alike) AS alike, bool_or(shared) AS shared
FROM other
LEFT JOIN likeness USING (record_id)
GROUP BY ALL;

-- A number in comparable form: `IMO 9187629` and `9187629` are equal.
CREATE TEMP MACRO bare(number) AS regexp_replace(regexp_replace(upper(number), '^\s*IMO\b', ''), '[^\p{L}\p{N}]', '', 'g');

-- Other facts decide: a different kind or birth indicates another person, the same birth or number the same person.
-- Without such facts, it is another person if the names share no word except common ones.
CREATE TEMP TABLE reused AS
SELECT DISTINCT r.record_id
FROM renamed AS r
WHERE coalesce(r.alike, 0) < 1
    AND (r.other_schema OR r.births_known OR NOT r.shared)
    AND NOT EXISTS (
        FROM born AS a
        JOIN born AS b ON a.first <= b.last AND b.first <= a.last
        WHERE a.is_old AND a.record_id = r.record_id AND NOT b.is_old AND b.record_id = r.record_id
    )
    AND NOT EXISTS (
        FROM before_identifiers AS a
        JOIN identifiers AS b ON b.type = a.type AND bare(b.number) = bare(a.number)
        WHERE a.record_id = r.record_id AND b.record_id = r.record_id
    );
