-- object: governance.stands
-- kind: ground
-- grain: scalar; whether what is so from one instant to another is so at an instant; an end of null is none
create or replace macro governance.stands(from_at, to_at, asked_at) as
from_at <= asked_at::timestamptz and (to_at is null or to_at > asked_at::timestamptz);
