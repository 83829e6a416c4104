-- object: governance.signature_at
-- kind: macro
-- grain: one row per act on a version, with what speaks against its signature
-- sources: silver.act, silver.act_signature, governance.person_of
-- clause: rules: what is asked of the version, as JSON
-- clause: version: its identifier
-- clause: known_at: by what had been told by then; null is all that was
-- clause: act_id: the act
-- clause: objection: why its signature does not count, or that it needs one; null if nothing speaks against it

-- noqa: disable=layout.indent,references.qualification
create or replace macro governance.signature_at(rules, version, known_at := null) as table
with key as (
    select
        entry.value ->> '$.id' as person_id,
        array_to_string(
            string_split(trim(key.value ->> '$'), ' ')[1:2], ' '
        ) as public_key
    from
        json_each(rules::json, '$.people') as entry,
        json_each(entry.value, '$.keys') as key
),

said as (
    select
        act.act_id,
        coalesce(person.person_id, act.actor_id) as who,
        coalesce(signature.status, 'absent') as status,
        signature.public_key
    from silver.act as act
    left join governance.person_of(rules) as person on act.actor_id = person.account
    left join silver.act_signature as signature
        on
            act.act_id = lower(hex(signature.document_id))
            and (known_at is null or signature.ingested_at <= known_at::timestamptz)
    where
        act.subject = version
        and (known_at is null or act.ingested_at <= known_at::timestamptz)
)

select
    said.act_id,
    case said.status
        when 'invalid' then 'its signature is forged or broken'
        when 'unverifiable' then 'its signature cannot be checked'
        when 'absent'
            then if((rules::json ->> '$.signed')::boolean, 'it is not signed', null)
        when 'valid'
            then
                if(
                    said.public_key in (
                        select key.public_key
                        from key
                        where key.person_id = said.who
                    ),
                    null,
                    'it is signed with a key that is not known as ' || said.who || '''s'
                )
    end as objection
from said;
