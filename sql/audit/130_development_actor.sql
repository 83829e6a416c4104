-- object: step.development_actor
-- kind: step
-- grain: one row per pattern of the names of roles and jobs that are for development
create or replace table step.development_actor as
select unnest(['%dev-sandbox%', '%sandbox%', '%-dev%']) as pattern;
