-- object: retention.after
-- kind: ground
-- grain: scalar; the instant so many calendar months and then days after another
-- clause: counted on the calendar of UTC; a month that is too short ends with its last day
create or replace macro retention.after(instant, months, days) as
-- By way of microseconds: the calendar of a time zone costs six times as much. Infinity has none.
coalesce(
    make_timestamptz(
        epoch_us(make_timestamp(epoch_us(instant)) + to_months(months) + to_days(days))
    ),
    instant
);
