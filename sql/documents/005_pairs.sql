-- object: silver.pairs
-- kind: ground
-- grain: scalar; a JSON object from a list of {key, value}, in the order of keys; of a key told twice the least value
create or replace macro silver.pairs(entries) as
list_transform(
    [list_sort(list_filter(entries, lambda entry: entry.key is not null))],
    lambda sorted: map_from_entries(
        list_filter(
            sorted,
            lambda entry, place: place = 1 or sorted[place - 1].key != entry.key
        )
    )::json
)[1];
