-- object: silver.deployment_of
-- kind: ground
-- grain: scalar; platform and name of an endpoint as people write it; null if nothing is written
-- clause: scheme://host/name is name on scheme://host, as OpenLineage names it; a SageMaker endpoint's ARN is its name in its account and region
-- clause: any other text is a name on the platform `endpoint`: whose it is nobody says
create or replace macro silver.deployment_of(endpoint) as
case
    when endpoint is null or endpoint = '' then null
    when regexp_full_match(endpoint, '[a-z][a-z0-9+.-]*://[^/]+/.+')
        then {
            'platform': regexp_extract(endpoint, '^([a-z][a-z0-9+.-]*://[^/]+)/', 1),
            'name': regexp_extract(endpoint, '^[a-z][a-z0-9+.-]*://[^/]+/(.+)$', 1)
        }
    when regexp_full_match(endpoint, 'arn:[^:]+:sagemaker:[^:]*:[^:]*:endpoint/.+')
        then {
            'platform': regexp_extract(endpoint, '^(arn:[^:]+:sagemaker:[^:]*:[^:]*):', 1),
            'name': regexp_extract(endpoint, ':endpoint/(.+)$', 1)
        }
    else {'platform': 'endpoint', 'name': endpoint}
end;
