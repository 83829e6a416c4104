select
    count(*) as row_count,
    sum(hash(json)) as digest
from read_ndjson_objects($files, maximum_object_size = 33554432)
