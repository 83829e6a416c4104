-- object: silver.written_at
-- kind: ground
-- grain: scalar; a timestamp from text, UTC where it names no zone; null where it is no time between 1970 and the year 10000
create or replace macro silver.written_at(written) as
list_filter(
    [try_cast(written as timestamptz)],
    lambda found: found between '1970-01-01'::timestamptz and '9999-12-31'::timestamptz
)[1];
