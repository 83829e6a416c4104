-- object: ask.holdable
-- kind: ask
-- grain: one row: what a hold on $subject is placed on, as the lineage calls it today; none if there is no such thing, or none any more
-- sources: retention.object_at, retention.disposition, retention.hold, lineage.alias, lineage.node
-- clause: all that is kept, any node of the lineage, and what a hold stands on already

-- noqa: disable=references.qualification
with meant as (
    select coalesce(min(alias.node_id), $subject) as object_id
    from lineage.alias as alias
    where alias.known_to_at is null and alias.alias_node_id = $subject
)

select meant.object_id
from meant
where
    meant.object_id in (
        select object_at.object_id
        from retention.object_at($as_of) as object_at
    )
    or (
        meant.object_id in (select node.node_id from lineage.node as node)
        and meant.object_id not in (
            select disposition.object_id
            from retention.disposition as disposition
            where
                disposition.state in ('disposed', 'confirmed')
                and disposition.plan_sha256 is not null
        )
    )
    or meant.object_id in (
        select hold.subject
        from retention.hold as hold
        where
            hold.known_to_at is null
            and governance.stands(hold.valid_from_at, hold.valid_to_at, $as_of)
    );
