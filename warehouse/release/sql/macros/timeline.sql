-- Everything known about one entity, over all its records, in order of date.
CREATE OR REPLACE MACRO timeline(entity) AS TABLE
FROM timeline WHERE entity_id = entity::VARCHAR ORDER BY date, family, what, record_id, url;
