-- object: ask.pack_act
-- kind: ask
-- grain: one row per act about $version or its model $model_node, as it was told
-- sources: silver.act
-- clause: notices that were given to people are left out: they are about persons
select act.*
from silver.act as act
where act.subject in ($version, $model_node) and act.act <> 'notice_given'
order by all;
