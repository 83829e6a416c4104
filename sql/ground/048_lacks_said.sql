-- object: silver.lacks_said
-- kind: ground
-- grain: scalar; what an audit record does not say, in words, from the number of silver.lacks_of
create or replace macro silver.lacks_said(lacks) as
array_to_string(
    list_filter(
        [
            if(lacks & 1 != 0, 'what was done', null),
            if(lacks & 2 != 0, 'when', null),
            if(lacks & 4 != 0, 'where', null),
            if(lacks & 8 != 0, 'an outcome', null),
            if(lacks & 16 != 0, 'by whom', null)
        ],
        lambda one: one is not null
    ),
    ', '
);
