-- object: silver.end_of
-- kind: ground
-- grain: scalar; the instant from which on what is good until a day, or an instant, is not any more; null if it is neither
-- clause: a day counts to its end in UTC; an instant without an offset is in UTC
create or replace macro silver.end_of(written) as
case
    when regexp_full_match(written, '\d{4}-\d\d-\d\d')
        then (try_cast(written as date) + interval 1 day)::timestamp at time zone 'UTC'
    else try_cast(written as timestamptz)
end;
