-- object: silver.shipped_control
-- kind: ground
-- grain: one row per control that is shipped: its place in the catalogue, and what it says as JSON
create table if not exists silver.shipped_control (
    place integer,
    control_id varchar,
    body json
);
