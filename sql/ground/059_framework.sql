-- object: compliance.framework
-- kind: ground
-- grain: one row per body of rules that the shipped catalogue knows
-- clause: not legal advice
-- column framework: its name, as policies write it
-- column title: what people call it
-- column kind: law, guidance, standard or house
-- column source: where it is written
-- column note: what to know before its controls are read as its demands
-- column catalogue_version: the day that the catalogue was true on
create table if not exists compliance.framework (
    framework varchar,
    title varchar,
    kind varchar,
    source varchar,
    note varchar,
    catalogue_version varchar
);

comment on table compliance.framework is
'one row per body of rules that the shipped catalogue knows; not legal advice';
comment on column compliance.framework.framework is 'its name, as policies write it';
comment on column compliance.framework.title is 'what people call it';
comment on column compliance.framework.kind is 'law, guidance, standard or house';
comment on column compliance.framework.source is 'where it is written';
comment on column compliance.framework.note is 'what to know before its controls are read as its demands';
comment on column compliance.framework.catalogue_version is 'the day that the catalogue was true on';
