-- object: silver.business_days_after
-- kind: ground
-- grain: scalar; the same time of day so many business days later: neither Saturdays, Sundays nor the given holidays, in UTC

-- noqa: disable=layout.indent
create or replace macro silver.business_days_after(since, days, holidays) as
list_filter(
    list_transform(range(1, 2 * days + 30 + len(holidays)), lambda place: since + to_days(place::integer)),
    lambda day:
        isodow(day at time zone 'UTC') < 6
        and not list_contains(holidays, (day at time zone 'UTC')::date)
)[days];
