-- object: silver.begin_of
-- kind: ground
-- grain: scalar; the instant at which a day, or an instant, begins; null if it is neither
-- clause: a day begins in UTC; an instant without an offset is in UTC
create or replace macro silver.begin_of(written) as
case
    when regexp_full_match(written, '\d{4}-\d\d-\d\d')
        then try_cast(written as date)::timestamp at time zone 'UTC'
    else try_cast(written as timestamptz)
end;
