-- object: silver.decode_part
-- kind: ground
-- grain: scalar; the text that silver.encode_part made a part of a node identifier of
create or replace macro silver.decode_part(part) as replace(replace(part, '%3A', ':'), '%25', '%');
