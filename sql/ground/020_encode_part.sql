-- object: silver.encode_part
-- kind: ground
-- grain: scalar; a part of a node identifier with % and : percent-encoded
create macro if not exists silver.encode_part(part) as replace(replace(part, '%', '%25'), ':', '%3A');
