-- object: step.answer
-- kind: step
-- grain: none: the columns that a control may answer with, and their types
create or replace table step.answer (
    scope varchar,
    object_id varchar,
    members bigint,
    is_tested boolean,
    finding varchar,
    missing varchar,
    since_at timestamptz,
    due_from date,
    evidence varchar []
);
