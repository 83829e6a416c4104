-- object: ask.model_version
-- kind: ask
-- grain: one row per version that a name or an identifier may mean, and whether a registry holds it or ever did
-- sources: registry.model_version, lineage.node
with registered as (
    select distinct
        model_version.version_node_id,
        model_version.model_node_id,
        model_version.name,
        model_version.version,
        true as is_registered
    from registry.model_version as model_version
    where model_version.known_to_at is null
),

told as (
    select
        node.node_id as version_node_id,
        'model:' || regexp_extract(node.node_id, '^modelVersion:(.*):[^:]*$', 1) as model_node_id,
        regexp_replace(node.name, '@[^@]*$', '') as name,
        regexp_extract(node.name, '@([^@]*)$', 1) as version,
        false as is_registered
    from lineage.node as node
    anti join registered on node.node_id = registered.version_node_id
    where node.kind = 'modelVersion'
),

known as (
    select * from registered
    union all by name
    select * from told
)

select
    known.version_node_id,
    known.model_node_id,
    known.name,
    known.version,
    known.is_registered,
    known.version_node_id = $asked or known.name || '@' || known.version = $asked as is_meant
from known
where
    is_meant
    or jaro_winkler_similarity(lower(known.name || '@' || known.version), lower($asked)) > 0.8
order by
    is_meant desc,
    jaro_winkler_similarity(lower(known.name || '@' || known.version), lower($asked)) desc,
    known.version_node_id
limit 20;
