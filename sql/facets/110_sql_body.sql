-- object: silver.sql_body
-- kind: facts
-- grain: one row per body of an sql facet: where it can be read; the text itself stays in the lake
-- sources: bronze.sql
-- column batch_id: the batch of bronze that holds it
create table if not exists silver.sql_body (facet_digest blob, batch_id varchar);

insert into silver.sql_body
select
    stated.facet_digest,
    min(stated.batch_id) as batch_id
from bronze.sql as stated
anti join silver.sql_body as known on stated.facet_digest = known.facet_digest
group by stated.facet_digest;
