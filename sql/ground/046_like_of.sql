-- object: silver.like_of
-- kind: ground
-- grain: scalar; a pattern in which * stands for anything as LIKE has it, escaped by backslashes
create or replace macro silver.like_of(pattern) as
replace(replace(replace(replace(pattern, '\', '\\'), '%', '\%'), '_', '\_'), '*', '%');
