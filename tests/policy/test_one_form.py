"""Any policy, however it is written down, comes back as it was, under one digest."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lineage_pipeline.policy.names import wrong_names
from lineage_pipeline.policy.reading import policy_bytes, policy_digest
from lineage_pipeline.policy.retention import CLASSES, Disposal, Obligations, RetentionRule
from lineage_pipeline.policy.rules import (
    GATES,
    BreakGlass,
    Environment,
    Fairness,
    Gate,
    PermittedUse,
    Person,
    Policy,
    Profile,
    Service,
    Slices,
    Ticket,
    Tier,
    Waivers,
)
from tests.policy.folders import KEY, leaves, policy_of, toml, yaml

NAME = st.text(min_size=1, max_size=6)
PLAIN = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=6)
NUMBER = st.floats(-1e300, 1e300) | st.integers(-9, 9).map(float)
FEW = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate],
)  # fmt: skip
DAYS = st.integers(1, 36_500)


def some(values: st.SearchStrategy[Any], size: int = 3) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(values, max_size=size).map(tuple)


@st.composite
def policies(draw: st.DrawFn, name: st.SearchStrategy[str] = NAME) -> Policy:
    """Draw a policy whose names are all declared."""
    people = draw(st.lists(name, min_size=1, max_size=4, unique=True))
    person = st.sampled_from(people)
    approvers = st.lists(person, min_size=1, max_size=3).map(tuple)
    stages = draw(st.dictionaries(name, approvers, max_size=3))
    stage = st.sampled_from(sorted(stages)) if stages else None
    tiers = {}
    if stage is not None:
        tier = st.builds(
            Tier, st.lists(stage, min_size=1, max_size=3).map(tuple), DAYS,
            st.sampled_from(["observing", "enforcing"]), st.booleans(), DAYS,
        )  # fmt: skip
        tiers = draw(st.dictionaries(name, tier, max_size=3))
    own = st.builds(Gate, sql=name, tiers=some(st.sampled_from(sorted(tiers))) if tiers else
                    st.just(()), evidence_days=st.none() | DAYS, waivable=st.booleans(),
                    remedy=st.just("") | name)  # fmt: skip
    gates = draw(st.dictionaries(name.filter(lambda each: each not in GATES), own, max_size=2))
    gate = st.sampled_from([*GATES, *sorted(gates)])
    profile = st.builds(Profile, st.lists(gate, min_size=1, max_size=4).map(tuple))
    profiles = draw(st.dictionaries(name, profile, max_size=2))
    environment = st.builds(
        Environment, st.sampled_from(["regulated", *sorted(profiles)]),
        st.just(()) if stage is None else some(stage),
    )  # fmt: skip
    bound = st.from_regex(r"\A[a-z][a-z0-9_.@-]{0,5}_(min|max)\Z")
    slices = st.builds(Slices, name, st.lists(name, min_size=2, max_size=3).map(tuple),
                       st.floats(0, 1e300))  # fmt: skip
    asked = st.just({}) if stage is None else st.dictionaries(name, stage, max_size=2)
    ticket = st.builds(Ticket, name, asked, some(name))
    period = st.sampled_from(["P1Y", "P3M", "P1Y2M3W4D"])
    rule = st.builds(
        RetentionRule, st.sampled_from(CLASSES), minimum=period, maximum=st.none() | period,
        namespace=st.none() | name, basis=st.sampled_from(["guidance", "house"]),
        anchor=st.sampled_from(["created", "retired"]), clause=st.just("") | name,
        applies_from=st.none() | st.dates(), framework=st.sampled_from(["", "sox"]),
    )  # fmt: skip
    obligations = st.builds(Obligations, some(st.sampled_from(["sox", "gdpr"])), st.booleans())
    return Policy(
        tier=tiers,
        model=draw(st.dictionaries(name, st.sampled_from(sorted(tiers)), max_size=3))
        if tiers else {},
        threshold=draw(st.dictionaries(name, st.dictionaries(bound, NUMBER, max_size=3),
                                       max_size=2)),
        slices=draw(st.dictionaries(name, slices, max_size=2)),
        fairness=draw(st.builds(Fairness, some(name)) | st.just(Fairness())),
        purpose=draw(st.dictionaries(name, name, max_size=2)),
        dataset=draw(some(st.builds(PermittedUse, name, some(name),
                                    st.sampled_from(["consent", "contract"])))),
        stage=stages,
        person=tuple(Person(each, draw(st.just("") | name), "", (), (KEY,) if not at else ())
                     for at, each in enumerate(people)),
        service=Service(draw(some(name.filter(lambda each: each not in people)))),
        environment=draw(st.dictionaries(name, environment, max_size=2)),
        profile=profiles,
        gate=gates,
        ticket=draw(st.dictionaries(name, ticket, max_size=2)),
        break_glass=draw(st.builds(BreakGlass, some(person), st.integers(1, 8760))),
        waiver=draw(st.builds(Waivers, some(person), DAYS)),
        retention=draw(st.dictionaries(name, rule, max_size=2)),
        obligations=draw(obligations),
        disposal=draw(st.builds(Disposal, some(person), st.integers(1, 10), st.integers(1, 90))),
    )  # fmt: skip


def again(files: dict[str, str]) -> Policy:
    with tempfile.TemporaryDirectory() as folder:
        return policy_of(Path(folder), files)


@FEW
@given(policies())
def test_drawn_policies_are_valid(policy: Policy) -> None:
    assert list(wrong_names(policy)) == []


@FEW
@given(policies())
def test_a_policy_survives_its_files_and_its_bytes(policy: Policy) -> None:
    read = again({"policy.toml": toml(leaves(policy))})
    assert read == policy
    data = policy_bytes(read)
    decoded = msgspec.json.decode(data, type=Policy, strict=True)
    assert decoded == policy
    assert policy_bytes(decoded) == data


@FEW
@given(policies(), st.randoms(use_true_random=False), st.integers(1, 4))
def test_files_order_and_comments_change_no_digest(policy: Policy, random: Any, count: int) -> None:
    said = leaves(policy)
    random.shuffle(said)
    shuffled = [(path, in_any_order(value, random)) for path, value in said]
    files = {
        f"{random.randrange(1000)}-{at}/part.toml":
            "# a comment\n\n" + toml(shuffled[at::count]).replace("\n", " # why\n")
        for at in range(count)
    }  # fmt: skip
    assert policy_digest(again(files)) == policy_digest(policy)


def in_any_order(value: Any, random: Any) -> Any:
    if not isinstance(value, dict):
        return value
    keys = list(value)
    random.shuffle(keys)
    return {key: in_any_order(value[key], random) for key in keys}


@FEW
@given(policies(PLAIN))
def test_yaml_and_toml_say_the_same(policy: Policy) -> None:
    assert again({"a.yaml": yaml(leaves(policy))}) == again({"a.toml": toml(leaves(policy))})


@FEW
@given(policies(), policies())
def test_digests_are_those_of_what_is_said(first: Policy, second: Policy) -> None:
    assert (policy_digest(first) == policy_digest(second)) == (first == second)


@FEW
@given(policies())
def test_defaults_that_are_written_out_change_no_digest(policy: Policy) -> None:
    written = {table: spelled(getattr(policy, name)) for table, name in TABLES}
    whole = msgspec.convert(written, Policy)
    assert whole == policy
    assert policy_bytes(whole) == policy_bytes(policy)


TABLES = [(each.encode_name, each.name) for each in msgspec.structs.fields(Policy)]


def spelled(value: Any) -> Any:
    """Return plain values in which every default stands, none of them the object that is one."""
    if isinstance(value, msgspec.Struct):
        fields = msgspec.structs.fields(value)
        return {field.encode_name: spelled(getattr(value, field.name)) for field in fields}
    if isinstance(value, dict):
        return {name: spelled(each) for name, each in value.items()}
    if isinstance(value, tuple):
        return [spelled(each) for each in value]
    return int(str(value)) if type(value) is int else value
