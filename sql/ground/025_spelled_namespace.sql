-- object: silver.spelled_namespace
-- kind: ground
-- grain: scalar; the one spelling of a dataset's namespace among those that certainly mean the same
-- clause: OpenLineage naming: postgres, not postgresql; with the port, where the scheme has one default and a host stands alone; no slash at the end
create or replace macro silver.spelled_namespace(namespace) as
case
    when regexp_full_match(namespace, '[a-z][a-z0-9+.-]*://.*[^/]/*')
        then list_transform(
            [regexp_replace(
                regexp_replace(namespace, '/+$', ''), '^postgresql://', 'postgres://'
            )],
            -- neither a user, nor a port, a list of hosts, a path or a query
            lambda spelled: spelled || if(
                regexp_full_match(spelled, '[a-z0-9]+://[^/:@?#,;\[\]\s]+'),
                coalesce(
                    ':' || map {
                        'cassandra': 9042,
                        'db2': 50000,
                        'kafka': 9092,
                        'mssql': 1433,
                        'mysql': 3306,
                        'oracle': 1521,
                        'postgres': 5432,
                        'redshift': 5439,
                        'sqlserver': 1433,
                        'teradata': 1025,
                        'trino': 8080
                    }[regexp_extract(spelled, '^[^:]*')],
                    ''
                ),
                ''
            )
        )[1]
    else namespace
end;
