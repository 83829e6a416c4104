-- object: ask.pack_record
-- kind: ask
-- grain: one row per record that an organisation keeps of $model, or of its version $version_name, as it was told
-- sources: silver.record
select record.*
from silver.record as record
where
    record.model in ($model, $model_node)
    and (record.version is null or record.version = $version_name)
order by all;
