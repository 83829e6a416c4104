-- object: graph.holds
-- kind: ground
-- grain: scalar; whether what begins and ends so counts at a time; null is now: what has not ended
create or replace macro graph.holds(from_at, to_at, asked_at) as
case
    when asked_at is null then to_at is null
    else from_at <= asked_at::timestamptz and (to_at is null or to_at > asked_at::timestamptz)
end;
