-- object: silver.instant
-- kind: ground
-- grain: scalar; a UTC timestamp from nanoseconds since the epoch, cut to microseconds
create macro if not exists silver.instant(nanoseconds) as
make_timestamp(nanoseconds // 1000) at time zone 'UTC';
