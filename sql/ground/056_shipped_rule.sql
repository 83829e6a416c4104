-- object: retention.shipped_rule
-- kind: ground
-- grain: one row per retention rule that is shipped: its name, and what it says as JSON
create table if not exists retention.shipped_rule (
    name varchar,
    body json
);
