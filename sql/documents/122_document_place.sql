-- object: silver.document_place
-- kind: facts
-- grain: one row per (document, file, digest of the file): where cards and Evidently reports lay, with which bytes
-- sources: step.new_place
-- clause: other bytes may be the same document: comments and the order of keys are not part of it, but of what was submitted
-- column document_id: as in silver.document
-- column kind: card or evidently.report
-- column occurred_at: when it speaks of; null if it does not say
-- column source: the landing folder
-- column source_file: the file
-- column file_sha256: the digest of the file's decompressed bytes; null if it holds several documents
-- column ingested_at: the clock of the scan that told us
insert into silver.document_place
select
    place.document_id,
    place.kind,
    place.occurred_at,
    place.source,
    place.source_file,
    place.file_sha256,
    place.ingested_at
from step.new_place as place;
