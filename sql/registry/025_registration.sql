-- object: step.registration
-- kind: step
-- grain: one row per (registry, model, scan): what a file registers, by the scans known so far
-- sources: silver.registration, step.listing_point
-- clause: of several that one scan read the last counts: by file, by place in it
create or replace table step.registration as
select
    registration.*,
    point.listing,
    point.n
from silver.registration as registration
inner join step.listing_point as point
    on
        point.listing = {
            'source': 'files', 'registry': registration.registry, 'name': registration.name
        }
        and registration.ingested_at = point.at
where registration.ingested_at <= getvariable('known_at')
qualify
    row_number() over (
        partition by point.listing, point.n
        order by registration.source_file desc, registration.source_offset desc
    ) = 1;
