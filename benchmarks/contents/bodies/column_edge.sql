create view column_edge as
select
    used.namespace,
    used.name,
    edge.* exclude (digest)
from out_event_facet as used
inner join out_column_edge as edge on used.digest = edge.digest
where used.key = 'columnLineage'
