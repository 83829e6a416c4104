select
    eventID as source_event_id,
    'audit/cloudtrail' as source,
    parseDateTime64BestEffort(eventTime, 6, 'UTC') as occurred_at,
    recipientAccountId as tenant,
    eventName as action,
    multiIf(
        requestParameters.modelApprovalStatus is not null, 'approve',
        match(eventName, '^(Get|List|Describe|Head)'), 'access',
        eventName like 'AssumeRole%', 'access',
        eventName like '%TrainingJob%', 'train',
        match(eventName, '^(Create|Register|Update)Model'), 'register',
        match(eventName, '^(Create|Update)Endpoint'), 'deploy',
        eventName like 'DeleteObject%', 'retention',
        eventName like 'PutObject%', 'access',
        match(eventName, '^(Put|Update|Create|Delete)'), 'config',
        'other'
    ) as category,
    toUInt8(multiIf(
        match(eventName, '^(Get|List|Describe|Head)'), 2,
        eventName like 'Delete%', 4,
        match(eventName, '^(Create|Register|PutObject$)'), 1,
        match(eventName, '^(Put|Update)'), 3,
        99
    )) as activity_id,
    multiIf(
        errorCode is null, 'success', errorCode like '%AccessDenied%', 'denied', 'failure'
    ) as outcome,
    coalesce(
        userIdentity.arn, userIdentity.invokedBy, userIdentity.principalId
    ) as actor_id,
    multiIf(
        userIdentity.type = 'AWSService', 'service', userIdentity.type = 'IAMUser', 'human',
        'unknown'
    ) as actor_type,
    userIdentity.sessionContext.sessionIssuer.arn as on_behalf_of,
    sourceIPAddress as src_ip,
    userAgent as user_agent,
    userIdentity.principalId as session_id,
    requestID as correlation_id,
    coalesce(resources[1].type, extract(eventSource, '^([a-z0-9-]+)[.]')) as resource_type,
    coalesce(
        resources[1].ARN,
        requestParameters.modelPackageArn,
        responseElements.modelPackageArn,
        responseElements.trainingJobArn,
        responseElements.endpointArn,
        requestParameters.roleArn,
        concat('arn:aws:s3:::', requestParameters.bucketName, '/', requestParameters.key),
        concat('arn:aws:s3:::', requestParameters.bucketName)
    ) as resource_id,
    coalesce(
        extract(requestParameters.modelPackageArn, ':model-package/([^/]+)'),
        requestParameters.modelPackageGroupName,
        requestParameters.trainingJobName,
        requestParameters.endpointName,
        requestParameters.key,
        requestParameters.bucketName
    ) as resource_name,
    coalesce(
        extract(requestParameters.modelPackageArn, ':model-package/([^/]+)'),
        extract(responseElements.modelPackageArn, ':model-package/([^/]+)'),
        requestParameters.modelPackageGroupName
    ) as model_key,
    coalesce(
        extract(requestParameters.modelPackageArn, '/([0-9]+)$'),
        extract(responseElements.modelPackageArn, '/([0-9]+)$')
    ) as model_version,
    concat('s3://', requestParameters.bucketName, '/', requestParameters.key) as dataset_key,
    errorMessage as reason,
    toJSONString(cast(
        (
            eventSource, awsRegion, errorCode, readOnly, userIdentity.type,
            requestParameters.modelApprovalStatus,
            userIdentity.sessionContext.attributes.mfaAuthenticated
        ),
        'Tuple(
            event_source Nullable(String), region Nullable(String), error_code Nullable(String),
            read_only Bool, identity_type Nullable(String), approval_status Nullable(String),
            mfa_authenticated Nullable(String)
        )'
    )) as attrs,
    _path as source_file
from file({files:String}, JSONEachRow, '
    userIdentity Tuple(
        type Nullable(String), arn Nullable(String), invokedBy Nullable(String),
        principalId Nullable(String),
        sessionContext Tuple(
            sessionIssuer Tuple(arn Nullable(String)),
            attributes Tuple(mfaAuthenticated Nullable(String))
        )
    ),
    eventTime String, eventSource String, eventName String, awsRegion String,
    sourceIPAddress Nullable(String), userAgent Nullable(String), errorCode Nullable(String),
    errorMessage Nullable(String),
    requestParameters Tuple(
        modelPackageArn Nullable(String), modelPackageGroupName Nullable(String),
        trainingJobName Nullable(String), endpointName Nullable(String),
        modelApprovalStatus Nullable(String), roleArn Nullable(String),
        bucketName Nullable(String), key Nullable(String)
    ),
    responseElements Tuple(
        modelPackageArn Nullable(String), trainingJobArn Nullable(String),
        endpointArn Nullable(String)
    ),
    requestID Nullable(String), eventID String, readOnly Bool,
    resources Array(Tuple(type Nullable(String), ARN Nullable(String))),
    recipientAccountId Nullable(String)
')
