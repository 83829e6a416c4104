-- object: silver.document
-- kind: facts
-- grain: one row per distinct document of a registry, a monitor or a person
-- sources: step.new_document
-- clause: of occurrences with the same kind, time and content the least (ingested_at, source_file, source_offset) is kept
-- column document_id: the SHA-256 of its kind, its time and its body
-- column source: the landing folder that it came in
-- column kind: what it is, such as mlflow.model_versions, card or lineage.governance.approved.v1
-- column occurred_at: when it speaks of; null if it does not say
-- column body: what it says, without secrets
-- column source_file: the file that it was read from first
-- column ingested_at: the clock of the scan that told us
insert into silver.document
select
    new_document.document_id,
    new_document.source,
    new_document.kind,
    new_document.occurred_at,
    new_document.body,
    new_document.source_file,
    new_document.ingested_at
from step.new_document as new_document;
