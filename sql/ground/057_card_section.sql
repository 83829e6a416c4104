-- object: silver.card_section
-- kind: ground
-- grain: one row per (section of a model card, tier that asks for it)
create table if not exists silver.card_section (
    section varchar,
    tier varchar
);
