select
    concat(auditID, '/', stage) as source_event_id,
    'audit/kubernetes' as source,
    parseDateTime64BestEffort(stageTimestamp, 6, 'UTC') as occurred_at,
    verb as action,
    multiIf(
        verb in ('get', 'list', 'watch'), 'access',
        verb like 'delete%' and objectRef.resource = 'inferenceservices', 'retire',
        objectRef.resource in ('inferenceservices', 'deployments', 'services'), 'deploy',
        objectRef.resource in ('trainjobs', 'pytorchjobs', 'rayjobs'), 'train',
        objectRef.resource in ('configmaps', 'secrets', 'roles'), 'config',
        'other'
    ) as category,
    toUInt8(multiIf(
        verb = 'create', 1,
        verb in ('get', 'list', 'watch'), 2,
        verb in ('update', 'patch'), 3,
        verb like 'delete%', 4,
        99
    )) as activity_id,
    multiIf(
        responseStatus.code in (401, 403), 'denied',
        responseStatus.code < 400, 'success',
        responseStatus.code >= 400, 'failure',
        'unknown'
    ) as outcome,
    responseStatus.code as status_code,
    user.username as actor_id,
    impersonatedUser.username as on_behalf_of,
    sourceIPs[-1] as src_ip,
    userAgent as user_agent,
    auditID as correlation_id,
    objectRef.resource as resource_type,
    concat(objectRef.namespace, '/', objectRef.resource, '/', objectRef.name) as resource_id,
    objectRef.name as resource_name,
    objectRef.resourceVersion as resource_version,
    objectRef.namespace as environment,
    if(objectRef.resource = 'inferenceservices', objectRef.name, null) as model_key,
    toJSONString(cast(
        (
            stage, objectRef.apiGroup, objectRef.namespace, requestURI, user.groups,
            annotations['authorization.k8s.io/decision'], annotations['authorization.k8s.io/reason']
        ),
        'Tuple(
            stage String, api_group String, namespace String, request_uri String,
            groups Array(String), decision String, decision_reason String
        )'
    )) as attrs,
    stage not in ('ResponseComplete', 'Panic') as is_interim,
    _path as source_file
from file({files:String}, JSONEachRow, '
    auditID String, stage String, requestURI String, verb String,
    user Tuple(username Nullable(String), groups Array(String)),
    impersonatedUser Tuple(username Nullable(String)),
    sourceIPs Array(String), userAgent Nullable(String),
    objectRef Tuple(
        resource String, namespace String, name String, apiGroup String,
        resourceVersion Nullable(String)
    ),
    responseStatus Tuple(code Nullable(Int32)),
    stageTimestamp String, annotations Map(String, String)
')
