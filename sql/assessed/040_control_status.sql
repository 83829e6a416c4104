-- object: compliance.control_status
-- kind: facts
-- grain: one row per (control that is on, scope), at the state that is published
-- sources: step.control_status
-- clause: N_A, NOT_YET, FAIL, NOT_ASSESSABLE, PASS in this order; ATTESTED and NOT_ATTESTED where a control rests on a person's word
-- clause: a PASS says that its query found no exception in what was told; where automation is partial, that evidence is present
-- column control_id: the control
-- column scope: organisation, or the model that the members are about
-- column status: PASS, FAIL, NOT_ASSESSABLE, NOT_YET, N_A, ATTESTED or NOT_ATTESTED
-- column readiness: the status that it would have if it held already
-- column population: members that its query looked at
-- column tested: members that could be judged
-- column exception_count: members that are exceptions
-- column waived_count: exceptions that somebody accepts for now; they stay exceptions
-- column coverage: tested of population; null if that is empty
-- column reason: in words
-- column deliver: what must be told for it to be assessable; empty if it is
-- column automation: full, partial or attestation
-- column is_blocking: whether a FAIL blocks
-- column applies_from: the day from which on it holds; null: always
-- column parameters: the numbers that it measured with, as JSON
-- column parameter_basis: who set them: law, guidance or house
-- column query_sha256: the SHA-256 of its query
-- column data_sha256: the SHA-256 of what its query answered
-- column as_of_at: the instant that it was judged at: the known time of the state
create table if not exists compliance.control_status (
    control_id varchar,
    scope varchar,
    status varchar,
    readiness varchar,
    population bigint,
    tested bigint,
    exception_count bigint,
    waived_count bigint,
    coverage double,
    reason varchar,
    deliver varchar,
    automation varchar,
    is_blocking boolean,
    applies_from date,
    parameters varchar,
    parameter_basis varchar [],
    query_sha256 varchar,
    data_sha256 varchar,
    as_of_at timestamptz
);

delete from compliance.control_status;

insert into compliance.control_status by name
select status.* exclude (place)
from step.control_status as status
order by status.place, status.control_id, status.scope != 'organisation', status.scope;
