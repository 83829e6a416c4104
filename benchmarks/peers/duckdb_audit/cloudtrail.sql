select
    "eventID" as source_event_id,
    'audit/cloudtrail' as source,
    "eventTime" as occurred_at,
    "recipientAccountId" as tenant,
    "eventName" as action,
    case
        when "requestParameters"."modelApprovalStatus" is not null then 'approve'
        when regexp_matches("eventName", '^(Get|List|Describe|Head)') then 'access'
        when "eventName" like 'AssumeRole%' then 'access'
        when "eventName" like '%TrainingJob%' then 'train'
        when regexp_matches("eventName", '^(Create|Register|Update)Model') then 'register'
        when regexp_matches("eventName", '^(Create|Update)Endpoint') then 'deploy'
        when "eventName" like 'DeleteObject%' then 'retention'
        when "eventName" like 'PutObject%' then 'access'
        when regexp_matches("eventName", '^(Put|Update|Create|Delete)') then 'config'
        else 'other'
    end as category,
    case
        when regexp_matches("eventName", '^(Get|List|Describe|Head)') then 2
        when "eventName" like 'Delete%' then 4
        when regexp_matches("eventName", '^(Create|Register|PutObject$)') then 1
        when regexp_matches("eventName", '^(Put|Update)') then 3
        else 99
    end::utinyint as activity_id,
    case
        when "errorCode" is null then 'success'
        when "errorCode" like '%AccessDenied%' then 'denied'
        else 'failure'
    end as outcome,
    coalesce(
        "userIdentity".arn, "userIdentity"."invokedBy", "userIdentity"."principalId"
    ) as actor_id,
    case
        when "userIdentity".type = 'AWSService' then 'service'
        when "userIdentity".type = 'IAMUser' then 'human'
        else 'unknown'
    end as actor_type,
    "userIdentity"."sessionContext"."sessionIssuer".arn as on_behalf_of,
    "sourceIPAddress" as src_ip,
    "userAgent" as user_agent,
    "userIdentity"."principalId" as session_id,
    "requestID" as correlation_id,
    coalesce(
        resources[1].type, regexp_extract("eventSource", '^([a-z0-9-]+)[.]', 1)
    ) as resource_type,
    coalesce(
        resources[1]."ARN",
        "requestParameters"."modelPackageArn",
        "responseElements"."modelPackageArn",
        "responseElements"."trainingJobArn",
        "responseElements"."endpointArn",
        "requestParameters"."roleArn",
        'arn:aws:s3:::' || "requestParameters"."bucketName" || '/' || "requestParameters"."key",
        'arn:aws:s3:::' || "requestParameters"."bucketName"
    ) as resource_id,
    coalesce(
        regexp_extract("requestParameters"."modelPackageArn", ':model-package/([^/]+)', 1),
        "requestParameters"."modelPackageGroupName",
        "requestParameters"."trainingJobName",
        "requestParameters"."endpointName",
        "requestParameters"."key",
        "requestParameters"."bucketName"
    ) as resource_name,
    coalesce(
        regexp_extract("requestParameters"."modelPackageArn", ':model-package/([^/]+)', 1),
        regexp_extract("responseElements"."modelPackageArn", ':model-package/([^/]+)', 1),
        "requestParameters"."modelPackageGroupName"
    ) as model_key,
    coalesce(
        regexp_extract("requestParameters"."modelPackageArn", '/([0-9]+)$', 1),
        regexp_extract("responseElements"."modelPackageArn", '/([0-9]+)$', 1)
    ) as model_version,
    's3://' || "requestParameters"."bucketName" || '/' || "requestParameters"."key"
        as dataset_key,
    "errorMessage" as reason,
    to_json({
        'event_source': "eventSource",
        'region': "awsRegion",
        'error_code': "errorCode",
        'read_only': "readOnly",
        'identity_type': "userIdentity".type,
        'approval_status': "requestParameters"."modelApprovalStatus",
        'mfa_authenticated': "userIdentity"."sessionContext".attributes."mfaAuthenticated"
    }) as attrs,
    filename as source_file
from read_json(
    getvariable('files'),
    format = 'newline_delimited',
    filename = true,
    columns = {
        'eventVersion': 'VARCHAR',
        'userIdentity': 'STRUCT(
            "type" VARCHAR, arn VARCHAR, "invokedBy" VARCHAR,
            "principalId" VARCHAR, "accountId" VARCHAR, "accessKeyId" VARCHAR, "userName" VARCHAR,
            "sessionContext" STRUCT("sessionIssuer" STRUCT(arn VARCHAR), attributes STRUCT("mfaAuthenticated" VARCHAR))
        )',
        'eventTime': 'TIMESTAMPTZ',
        'eventSource': 'VARCHAR',
        'eventName': 'VARCHAR',
        'awsRegion': 'VARCHAR',
        'sourceIPAddress': 'VARCHAR',
        'userAgent': 'VARCHAR',
        'errorCode': 'VARCHAR',
        'errorMessage': 'VARCHAR',
        'requestParameters': 'STRUCT(
            "modelPackageArn" VARCHAR, "modelPackageGroupName" VARCHAR, "trainingJobName" VARCHAR,
            "endpointName" VARCHAR, "modelPackageName" VARCHAR, "modelApprovalStatus" VARCHAR,
            "roleArn" VARCHAR, "bucketName" VARCHAR, "key" VARCHAR, "Host" VARCHAR
        )',
        'responseElements': 'STRUCT(
            "modelPackageArn" VARCHAR, "trainingJobArn" VARCHAR, "endpointArn" VARCHAR
        )',
        'additionalEventData': 'VARCHAR',
        'requestID': 'VARCHAR',
        'eventID': 'VARCHAR',
        'readOnly': 'BOOLEAN',
        'resources': 'STRUCT("type" VARCHAR, "ARN" VARCHAR)[]',
        'eventType': 'VARCHAR',
        'managementEvent': 'BOOLEAN',
        'recipientAccountId': 'VARCHAR',
        'sharedEventID': 'VARCHAR',
        'eventCategory': 'VARCHAR',
        'tlsDetails': 'VARCHAR'
    }
)
