-- object: silver.spelled_name
-- kind: ground
-- grain: scalar; the one spelling of a dataset's name; its namespace is spelled already
-- clause: no slash at the end of a path; case differs, save in the namespaces that [lineage] case_insensitive lists
create or replace macro silver.spelled_name(namespace, name) as
list_transform(
    [if(
        regexp_matches(namespace, '^(file|s3|gs|hdfs|dbfs|abfss?|wasbs?)(://|$)'),
        regexp_replace(name, '^(.*[^/])/+$', '\1', 's'),
        name
    )],
    lambda spelled: if(
        len(
            list_filter(
                getvariable('case_insensitive'),
                lambda pattern: namespace like pattern escape '\'
            )
        ) > 0,
        lower(spelled),
        spelled
    )
)[1];
