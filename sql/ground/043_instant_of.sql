-- object: silver.instant_of
-- kind: ground
-- grain: scalar; an instant from text that holds microseconds since 1970; null where that is none before the year 10000
create or replace macro silver.instant_of(written) as
if(
    try_cast(written as bigint) between 0 and 253402300799999999,
    make_timestamptz(try_cast(written as bigint)),
    null
);
