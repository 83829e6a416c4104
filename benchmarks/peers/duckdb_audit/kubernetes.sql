select
    "auditID" || '/' || stage as source_event_id,
    'audit/kubernetes' as source,
    "stageTimestamp" as occurred_at,
    verb as action,
    case
        when verb in ('get', 'list', 'watch') then 'access'
        when verb like 'delete%' and "objectRef".resource = 'inferenceservices' then 'retire'
        when "objectRef".resource in ('inferenceservices', 'deployments', 'services') then 'deploy'
        when "objectRef".resource in ('trainjobs', 'pytorchjobs', 'rayjobs') then 'train'
        when "objectRef".resource in ('configmaps', 'secrets', 'roles') then 'config'
        else 'other'
    end as category,
    case
        when verb = 'create' then 1
        when verb in ('get', 'list', 'watch') then 2
        when verb in ('update', 'patch') then 3
        when verb like 'delete%' then 4
        else 99
    end::utinyint as activity_id,
    case
        when "responseStatus".code in (401, 403) then 'denied'
        when "responseStatus".code < 400 then 'success'
        when "responseStatus".code >= 400 then 'failure'
        else 'unknown'
    end as outcome,
    "responseStatus".code as status_code,
    "user".username as actor_id,
    "impersonatedUser".username as on_behalf_of,
    "sourceIPs"[-1] as src_ip,
    "userAgent" as user_agent,
    "auditID" as correlation_id,
    "objectRef".resource as resource_type,
    concat_ws('/', "objectRef".namespace, "objectRef".resource, "objectRef".name) as resource_id,
    "objectRef".name as resource_name,
    "objectRef"."resourceVersion" as resource_version,
    "objectRef".namespace as environment,
    case
        when "objectRef".resource = 'inferenceservices' then "objectRef".name
    end as model_key,
    to_json({
        'stage': stage,
        'api_group': "objectRef"."apiGroup",
        'namespace': "objectRef".namespace,
        'request_uri': "requestURI",
        'groups': "user".groups,
        'decision': annotations."authorization.k8s.io/decision",
        'decision_reason': annotations."authorization.k8s.io/reason"
    }) as attrs,
    stage not in ('ResponseComplete', 'Panic') as is_interim,
    filename as source_file
from read_json(
    getvariable('files'),
    format = 'newline_delimited',
    filename = true,
    columns = {
        'kind': 'VARCHAR',
        'apiVersion': 'VARCHAR',
        'level': 'VARCHAR',
        'auditID': 'VARCHAR',
        'stage': 'VARCHAR',
        'requestURI': 'VARCHAR',
        'verb': 'VARCHAR',
        'user': 'STRUCT(username VARCHAR, uid VARCHAR, "groups" VARCHAR[])',
        'impersonatedUser': 'STRUCT(username VARCHAR)',
        'sourceIPs': 'VARCHAR[]',
        'userAgent': 'VARCHAR',
        'objectRef': 'STRUCT(
            resource VARCHAR, "namespace" VARCHAR, "name" VARCHAR, uid VARCHAR,
            "apiGroup" VARCHAR, "apiVersion" VARCHAR, "resourceVersion" VARCHAR
        )',
        'responseStatus': 'STRUCT(code INTEGER)',
        'requestReceivedTimestamp': 'TIMESTAMPTZ',
        'stageTimestamp': 'TIMESTAMPTZ',
        'annotations': 'STRUCT(
            "authorization.k8s.io/decision" VARCHAR, "authorization.k8s.io/reason" VARCHAR
        )'
    }
)
