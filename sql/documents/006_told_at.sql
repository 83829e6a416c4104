-- object: silver.told_at
-- kind: ground
-- grain: scalar; a UTC timestamp from milliseconds since the epoch; null where they are no time before the year 10000
create or replace macro silver.told_at(milliseconds) as
if(
    milliseconds between 0 and 253402300799999,
    epoch_ms(milliseconds) at time zone 'UTC',
    null
);
