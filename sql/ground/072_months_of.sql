-- object: retention.months_of
-- kind: ground
-- grain: scalar; the months of a calendar period, its years among them; 0 where it names none
-- clause: ISO 8601, such as P1Y6M2W3D
create or replace macro retention.months_of(period) as
12 * coalesce(try_cast(regexp_extract(period, '(\d+)Y', 1) as integer), 0)
+ coalesce(try_cast(regexp_extract(period, '(\d+)M', 1) as integer), 0);
