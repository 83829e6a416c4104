select
    run_id,
    event_at,
    holder,
    namespace,
    name,
    key,
    digest
from held
