-- object: silver.located
-- kind: ground
-- grain: scalar; namespace and name of a dataset at an address, as OpenLineage names files and objects; null where it is none
-- clause: OpenLineage naming: s3://bucket and the key, file and the path

-- noqa: disable=layout.indent
create or replace macro silver.located(address) as
case
    when regexp_matches(address, '^[a-z][a-z0-9+.-]*://[^/]+/.') then {
        'namespace': silver.spelled_namespace(regexp_extract(address, '^([^:]*://[^/]+)/', 1)),
        'name': silver.spelled_name(
            silver.spelled_namespace(regexp_extract(address, '^([^:]*://[^/]+)/', 1)),
            regexp_extract(address, '^[^:]*://[^/]+/(.*)$', 1, 's')
        )
    }
    when regexp_matches(address, '^(file://)?/.') then {
        'namespace': 'file',
        'name': silver.spelled_name('file', regexp_replace(address, '^file://', ''))
    }
end;
