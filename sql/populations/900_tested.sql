-- object: step.tested
-- kind: step
-- grain: one row per (control, member of its population); each control adds its own
-- column control_id: the control
-- column scope: the model that it is about; null: the organisation
-- column object_id: the member
-- column members: how many it stands for
-- column tested: how many of them could be judged
-- column finding: why it is an exception; null if it is none
-- column missing: what is missing to judge it; null if nothing is
-- column since_at: since when it is so; null if nobody says
-- column due_from: the day from which on the finding counts, where that is not the control's
-- column evidence: what the verdict rests on
create or replace table step.tested (
    control_id varchar,
    scope varchar,
    object_id varchar,
    members bigint,
    tested bigint,
    finding varchar,
    missing varchar,
    since_at timestamptz,
    due_from date,
    evidence varchar []
);
