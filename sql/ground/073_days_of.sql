-- object: retention.days_of
-- kind: ground
-- grain: scalar; the days of a calendar period, its weeks among them; 0 where it names none
-- clause: ISO 8601, such as P1Y6M2W3D
create or replace macro retention.days_of(period) as
7 * coalesce(try_cast(regexp_extract(period, '(\d+)W', 1) as integer), 0)
+ coalesce(try_cast(regexp_extract(period, '(\d+)D', 1) as integer), 0);
