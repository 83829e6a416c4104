-- object: silver.resolved
-- kind: macro
-- grain: one row per object: what holds for it at an instant, and which rules gave way
-- sources: silver.dated_of, retention.held_at, retention.needed_at
-- clause: in this order: a legal hold; the longest minimum; the shortest maximum; else it is kept
-- clause: a minimum that ends after a maximum is a conflict, and nothing is done about it; what is archived is kept, so that no minimum stands before that
-- clause: an object whose class nobody knows, or from when its periods count, is kept and flagged
-- clause: objects: the name of rows like those of retention.object_at
-- clause: what lies in the archive has met every rule that asks for that, what is anonymised every rule that asks for this; so has what is past its time by a rule that asks for more
-- clause: as_of: the instant
-- clause: object_id: the object
-- clause: class: as in retention.object_at
-- clause: verdict: held, conflict, unknown, minimum, needed, due, until, kept
-- clause: reason: in words
-- clause: decided_by: the hold, the rule or the version that decides; null if none does
-- clause: rule: the rule by whose shortest maximum it must go; null if none says
-- clause: action: what is to be done if it is due: delete, archive or anonymise
-- clause: stays_until: until when it must stay, by the longest minimum
-- clause: goes_at: by when it must go, by the shortest maximum
-- clause: gave_way: each rule that speaks of it and does not decide: name, basis, stays_until, goes_at, why
-- clause: row_count: as in retention.object_at
-- clause: total_bytes: as in retention.object_at

-- noqa: disable=layout.indent,references.qualification
create or replace macro silver.resolved(objects, as_of) as table
with timed as (
    select dated_of.*
    from silver.dated_of(objects, as_of) as dated_of
),

more as (
    select
        timed.*,
        min(timed.goes_at) filter (where timed.action = 'delete') over (
            partition by timed.object_id
        ) as deleted_by,
        min(timed.goes_at) filter (
            where timed.action = 'anonymise' and timed.anonymised_at is null
        ) over (partition by timed.object_id) as anonymised_by
    from timed
),

met as (
    select
        more.*,
        coalesce(
            case more.action
                when 'archive'
                    then
                        more.archived_at is not null
                        or least(more.deleted_by, more.anonymised_by) <= as_of::timestamptz
                when 'anonymise'
                    then more.anonymised_at is not null or more.deleted_by <= as_of::timestamptz
            end,
            false
        ) as is_met
    from more
),

dated as (
    select met.* replace (if(met.is_met, null, met.goes_at) as goes_at)
    from met
),

united as (
    select
        dated.object_id,
        bool_or(dated.is_unknown) as is_unknown,
        min(dated.rule) filter (where dated.is_unknown) as unknown_rule,
        max(dated.stays_until) as stays_until,
        arg_max(
            dated.rule, (dated.stays_until, dated.basis = 'law', dated.rule)
        ) filter (where dated.stays_until is not null) as stays_by,
        min(dated.goes_at) as goes_at,
        arg_min(
            {'name': dated.rule, 'action': dated.action},
            (dated.goes_at, dated.basis != 'law', dated.rule)
        ) filter (where dated.goes_at is not null) as goes_by,
        list(
            {
                'name': dated.rule,
                'basis': dated.basis,
                'stays_until': dated.stays_until,
                'goes_at': dated.goes_at,
                'met_by': if(dated.is_met, dated.action, null)
            }
            order by dated.rule
        ) as rules
    from dated
    group by dated.object_id
),

held as (
    select
        held_at.object_id,
        arg_min(held_at.hold_id, (held_at.basis != 'named', held_at.hold_id)) as hold_id,
        arg_min(
            coalesce(held_at.matter || ': ', '') || held_at.reason,
            (held_at.basis != 'named', held_at.hold_id)
        ) as reason
    from retention.held_at(as_of) as held_at
    group by held_at.object_id
),

needed as (
    select
        needed_at.object_id,
        min(needed_at.needed_by) as needed_by,
        arg_min(needed_at.basis, needed_at.needed_by) as basis,
        count(distinct needed_at.needed_by) as needed_count
    from retention.needed_at(as_of) as needed_at
    group by needed_at.object_id
),

judged as (
    select
        kept.*,
        united.stays_until,
        united.goes_at,
        united.stays_by,
        united.goes_by,
        united.unknown_rule,
        coalesce(united.rules, []) as rules,
        held.hold_id,
        held.reason as held_for,
        needed.needed_by,
        needed.basis as needed_as,
        case
            when held.hold_id is not null then 'held'
            when kept.class is null and united.object_id is null then 'unknown'
            when united.stays_until > united.goes_at and united.goes_by.action != 'archive'
                then 'conflict'
            when united.is_unknown then 'unknown'
            when
                united.stays_until > as_of::timestamptz
                and coalesce(
                    united.goes_by.action != 'archive' or united.goes_at > as_of::timestamptz, true
                )
                then 'minimum'
            when united.goes_at is null then 'kept'
            when united.goes_at > as_of::timestamptz then 'until'
            when needed.object_id is not null then 'needed'
            else 'due'
        end as verdict
    from query_table(objects) as kept
    left join united on kept.object_id = united.object_id
    left join held on kept.object_id = held.object_id
    left join needed on kept.object_id = needed.object_id
),

worded as (
    select
        judged.*,
        case judged.verdict
            when 'held' then judged.hold_id
            when 'conflict' then judged.stays_by
            when 'unknown' then judged.unknown_rule
            when 'minimum' then judged.stays_by
            when 'needed' then judged.needed_by
            when 'until' then judged.goes_by.name
            when 'due' then judged.goes_by.name
        end as decided_by,
        case judged.verdict
            when 'held' then 'under a legal hold: ' || judged.held_for
            when 'conflict'
                then
                    'must stay by ' || judged.stays_by || ' and must go by ' || judged.goes_by.name
                    || ': people decide'
            when 'unknown'
                then
                    if(
                        judged.unknown_rule is null,
                        'nobody says what it is',
                        'nobody says from when ' || judged.unknown_rule || ' counts'
                    )
            when 'minimum' then 'must stay, by ' || judged.stays_by
            when 'needed'
                then
                    'is past its time by ' || judged.goes_by.name || ', and '
                    || judged.needed_by || ' rests on it (' || judged.needed_as || ')'
            when 'due' then 'is past its time, by ' || judged.goes_by.name
            when 'until' then 'may stay for a while, by ' || judged.goes_by.name
            else 'no rule says when it must go'
        end as reason
    from judged
)

select
    worded.object_id,
    worded.class,
    worded.verdict,
    worded.reason,
    worded.decided_by,
    worded.goes_by.name as rule,
    if(worded.verdict = 'due', worded.goes_by.action, null) as action,
    worded.stays_until,
    worded.goes_at,
    list_transform(
        list_filter(worded.rules, lambda one: one.name is distinct from worded.decided_by),
        lambda one: {
            'name': one.name,
            'basis': one.basis,
            'stays_until': one.stays_until,
            'goes_at': one.goes_at,
            'why': case
                when worded.verdict = 'held' then 'a legal hold stands before it'
                when worded.verdict in ('conflict', 'unknown') then 'nothing is done about the object'
                when one.met_by = 'archive' and one.stays_until is null
                    then 'it lies in the archive, or is past its time there too'
                when one.met_by = 'anonymise' and one.stays_until is null
                    then 'it tells of nobody any more, as others say, or is past its time as a whole'
                when one.stays_until <= as_of::timestamptz then 'its minimum is over'
                when one.stays_until is not null then 'a longer minimum decides'
                when one.goes_at > worded.goes_at then 'a shorter maximum decides'
                when one.goes_at is not null then 'a minimum stands before it'
                else 'its period has not begun'
            end
        }
    ) as gave_way,
    worded.row_count,
    worded.total_bytes
from worded;
