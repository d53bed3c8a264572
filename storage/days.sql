-- The first and last possible day of a partial date in EDTF: `1980-05` is from 1980-05-01 to 1980-05-31, `1955/1958` from
-- 1955-01-01 to 1958-12-31. A date that is `circa` (`1955~`) has neither, because its error is unknown.
CREATE OR REPLACE MACRO earliest_day(edtf) AS
    CASE WHEN NOT contains(edtf, '~') THEN try_cast(rpad(split_part(edtf, '/', 1), 10, '-01-01') AS DATE) END;

CREATE OR REPLACE MACRO latest_day(edtf) AS
    CASE WHEN contains(edtf, '~') THEN NULL
        WHEN length(split_part(edtf, '/', -1)) = 4 THEN try_cast(split_part(edtf, '/', -1) || '-12-31' AS DATE)
        WHEN length(split_part(edtf, '/', -1)) = 7
            THEN last_day(try_cast(split_part(edtf, '/', -1) || '-01' AS DATE))
        ELSE try_cast(split_part(edtf, '/', -1) AS DATE)
    END;
