"""A policy says one thing: whatever its files, and nothing that nobody would read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from lineage_pipeline.policy.reading import (
    LARGEST,
    policy_bytes,
    policy_digest,
    policy_files,
    read_policy,
)
from lineage_pipeline.policy.rules import ENVIRONMENTS, GATES, PROFILES, Person, Policy, Tier
from tests.policy.folders import KEY, OTHER_KEY, policy_of, refusal

if TYPE_CHECKING:
    from pathlib import Path

TABLES: dict[str, str] = {
    "tier": '[stage]\ntechnical = ["p"]\n[tier.high]\nstages = ["technical"]\napproval_days = 90\n'
            'mode = "enforcing"\nsigned = true\nreview_days = 180\n',
    "model": '[stage]\ntechnical = ["p"]\n[tier.high]\nstages = ["technical"]\n'
             '[model]\ncredit-risk = "high"\n',
    "threshold": "[threshold.credit-risk]\nauc_min = 0.7\npsi_max = 0\n",
    "slices": '[slices.credit-risk]\nmetric = "auc"\nnames = ["young", "old"]\ngap_max = 0.05\n',
    "fairness": '[fairness]\nmetrics = ["disparate_impact"]\n',
    "purpose": '[purpose]\ncredit-risk = "lending"\n',
    "dataset": '[[dataset]]\nnode = "dataset:s3://*"\npurposes = ["lending"]\nbasis = "consent"\n',
    "stage": '[stage]\ntechnical = ["priya@example.org"]\n',
    "person": f"[[person]]\nid = 'p'\nname = 'P'\nrole = 'l'\naccounts = ['a']\nkeys = ['{KEY}']\n",
    "service": '[service]\naccounts = ["svc-train"]\n',
    "environment": '[environment.production]\nprofile = "regulated"\n',
    "profile": '[profile.light]\ngates = ["registered", "performance"]\n',
    "gate": '[gate."no weekend"]\nsql = "select true as passed"\nevidence_days = 30\n'
            'waivable = false\nremedy = "wait"\n',
    "ticket": '[stage]\ntechnical = ["p"]\n[ticket.github]\nsource = "github-reviews"\n'
              'stages = { "northwind/releases" = "technical" }\nactions = ["*submitted"]\n',
    "break_glass": '[break_glass]\npeople = ["p"]\nhours_max = 8\nreview_hours = 48\n',
    "waiver": '[waiver]\npeople = ["p"]\ndays_max = 30\n',
    "retention": '[retention.sets]\nof = "training set"\nminimum = "P1Y"\nmaximum = "P3Y6M2W1D"\n',
    "disposal": '[disposal]\npeople = ["p"]\napprovals = 3\nplan_days = 7\n',
    "control": "[control.A06]\nparameters = { days = 7 }\n",
    "calendar": "[calendar]\nholidays = [2026-12-25]\n",
    "obligations": '[obligations]\nframeworks = ["sox", "hipaa"]\nseeds = false\n',
}  # fmt: skip
"""An example of each table that says more than its defaults."""


def test_there_is_an_example_of_each_table() -> None:
    assert {field.encode_name for field in msgspec.structs.fields(Policy)} == TABLES.keys()


@pytest.mark.parametrize("table", TABLES)
def test_each_table_is_read(table: str, tmp_path: Path) -> None:
    found = policy_of(tmp_path, {"one.toml": TABLES[table]})
    default = Policy()
    (name,) = [each.name for each in msgspec.structs.fields(Policy) if each.encode_name == table]
    assert getattr(found, name) != getattr(default, name)
    assert msgspec.json.decode(policy_bytes(found), type=Policy) == found
    assert policy_digest(found) != policy_digest(default)


def test_whom_it_names_as_a_decider_is_a_person(tmp_path: Path) -> None:
    said = (
        '[[person]]\nid = "p"\naccounts = ["a"]\n[stage]\ntechnical = ["q", "p"]\n'
        '[waiver]\npeople = ["r", "q"]\n[break_glass]\npeople = ["s"]\n'
    )
    assert [person.id for person in policy_of(tmp_path, {"one.toml": said}).person] == [*"pqrs"]


@pytest.mark.parametrize(
    "place", ["[stage]\ntechnical", "[waiver]\npeople", "[break_glass]\npeople"]
)
def test_an_account_or_a_service_decides_nowhere(place: str, tmp_path: Path) -> None:
    known = '[[person]]\nid = "p"\naccounts = ["a"]\n[service]\naccounts = ["bot"]\n'
    account = refusal(tmp_path, {"one.toml": f'{known}{place} = ["a"]\n'})
    assert "'a' is an account of p; write 'p'" in account
    assert "'bot' is a service; name people" in refusal(
        tmp_path, {"one.toml": f'{known}{place} = ["bot"]\n'}
    )


def test_a_short_name_of_a_person_decides_nowhere(tmp_path: Path) -> None:
    for name in ("mia", "Mia@Example.org"):
        said = f'[[person]]\nid = "mia@example.org"\n[stage]\ntechnical = ["{name}"]\n'
        refused = refusal(tmp_path, {"one.toml": said})
        assert f"{name!r} is taken for mia@example.org; write that" in refused


def test_a_gate_of_ones_own_is_asked_where_no_profile_is_declared(tmp_path: Path) -> None:
    own = '[gate."no weekend"]\nsql = "select true as passed"\n'
    assert policy_of(tmp_path, {"one.toml": own}).profiles["regulated"].gates == (
        *GATES,
        "no weekend",
    )


def test_all_tables_stand_together(tmp_path: Path) -> None:
    shared = ('[stage]\ntechnical = ["p"]\n', '[tier.high]\nstages = ["technical"]\n')
    files = {f"{table}.toml": text for table, text in TABLES.items() if table != "stage"}
    for name in ("model", "ticket"):
        for part in shared:
            files[f"{name}.toml"] = files[f"{name}.toml"].replace(part, "")
    together = policy_of(tmp_path, files)
    assert {path.name for path in policy_files(tmp_path)} == files.keys()
    assert together.tier["high"].signed
    assert together.ticket["github"].source == "github-reviews"


def test_nothing_said_is_the_default(tmp_path: Path) -> None:
    empty = {"a.toml": "", "b.yaml": "# nothing yet\n", "c.yml": "", "d.toml": "[stage]\n"}
    assert read_policy(tmp_path / "nowhere") == policy_of(tmp_path, empty) == Policy()
    assert policy_bytes(Policy()) == b"{}"
    assert Policy().environments == ENVIRONMENTS
    assert Policy().profiles == PROFILES
    assert PROFILES["regulated"].gates == GATES


def test_what_is_said_is_what_the_default_is_digests_alike(tmp_path: Path) -> None:
    said = policy_of(tmp_path, {"a.toml": "[waiver]\ndays_max = 90\n[break_glass]\nhours_max=24"})
    assert policy_digest(said) == policy_digest(Policy())


# Unknown keys and values.


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[teir.low]\nstages = []", ["'teir'", "did you mean 'tier'?"]),
        ("[tier.low]\nstage = []", ["[tier.low]", "'stage'", "'stages'"]),
        ("[modle]\na = 'b'", ["'modle'", "'model'"]),
        ("[treshold.a]\nauc_min = 1", ["'treshold'", "'threshold'"]),
        ("[slices.a]\nmetrik = 'auc'", ["[slices.a]", "'metrik'", "'metric'"]),
        ("[fairness]\nmetric = []", ["[fairness]", "'metric'", "'metrics'"]),
        ("[[dataset]]\nnodes = 'x'", ["[dataset[0]]", "'nodes'", "'node'"]),
        ("[[person]]\nid = 'a'\n[[person]]\nid = 'b'\nacounts = []",
         ["[person[1]]", "'acounts'", "'accounts'"]),
        ("[service]\naccount = []", ["[service]", "'account'", "'accounts'"]),
        ("[environment.production]\nprofil = 'x'", ["[environment.production]", "'profile'"]),
        ("[profile.x]\ngate = []", ["[profile.x]", "'gate'", "'gates'"]),
        ("[gate.performance]\nwaiveable = false", ["[gate.performance]", "'waivable'"]),
        ("[ticket.jira]\nsurce = 'x'", ["[ticket.jira]", "'surce'", "'source'"]),
        ("[break_glass]\nhuors_max = 1", ["[break_glass]", "'huors_max'", "'hours_max'"]),
        ("[break-glass]\nhours_max = 1", ["'break-glass'", "'break_glass'"]),
        ("[waiver]\nday_max = 1", ["[waiver]", "'day_max'", "'days_max'"]),
        ("[retention.a]\nmaximun = 'P1Y'", ["[retention.a]", "'maximun'", "'maximum'"]),
        ("[obligations]\nframework = []", ["[obligations]", "'framework'", "'frameworks'"]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["one.toml", "deeper/one.toml"])
def test_an_unknown_key_names_the_file_and_the_nearest(
    text: str, words: list[str], name: str, tmp_path: Path
) -> None:
    message = refusal(tmp_path, {name: text, "good.toml": "[service]\naccounts = ['x']\n"}
                      if "service" not in text else {name: text})  # fmt: skip
    assert message.startswith(f"policy/{name}: ")
    assert "Known: " in message
    for word in words:
        assert word in message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[tier.low]\nstages = []", ["[tier.low.stages]", "length >= 1"]),
        ("[tier.low]", ["[tier.low]", "stages"]),
        ("[tier.low]\nstages = ['a']\napproval_days = 0", ["[tier.low.approval_days]", ">= 1"]),
        ("[tier.low]\nstages = ['a']\nreview_days = 36501", ["[tier.low.review_days]", "36500"]),
        ("[tier.low]\nstages = ['a']\napproval_days = true", ["`int`, got `bool`"]),
        ("[tier.low]\nstages = ['a']\napproval_days = 90.0", ["`int`, got `float`"]),
        ("[tier.low]\nstages = ['a']\nmode = 'off'", ["[tier.low.mode]"]),
        ("[tier.low]\nstages = 'a'", ["[tier.low.stages]", "got `str`"]),
        ("[model]\na = ''", ["[model", "length >= 1"]),
        ("model = 3", ["[model]", "got `int`"]),
        ("[purpose]\na = 2026-01-01", ["[purpose.a]", "got `date`"]),
        ("[threshold.a]\nauc = 1", ["_(min|max)"]),
        ("[threshold.a]\n'auc _min' = 1", ["_(min|max)"]),
        ("[threshold.a]\nauc_min = '1'", ["got `str`"]),
        ("[threshold.a]\nauc_min = nan", ["[threshold.a"]),
        ("[threshold.a]\nauc_max = inf", ["[threshold.a"]),
        ("[threshold.a]\nauc_max = -inf", ["[threshold.a"]),
        ("[slices.a]\nmetric = 'x'\nnames = ['b']\ngap_max = 1", ["[slices.a.names]"]),
        ("[slices.a]\nmetric = 'x'\nnames = ['b', 'c']\ngap_max = -1", ["[slices.a.gap_max]"]),
        ("[slices.a]\nmetric = 'x'\nnames = ['b', 'c']\ngap_max = inf", ["[slices.a.gap_max]"]),
        ("[slices.a]\nmetric = 'x'\nnames = ['b', 'c']\ngap_max = nan", ["[slices.a.gap_max]"]),
        ("[[dataset]]\nnode = 'x'\npurposes = []\nbasis = 'because'", ["[dataset[0].basis]"]),
        ("[[person]]\nname = 'x'", ["[person[0]]", "id"]),
        ("[person]\nid = 'x'", ["[person]", "got `object`"]),
        ("[gate.x]\nsql = 5", ["[gate.x.sql]"]),
        ("[break_glass]\nhours_max = 8761", ["[break_glass.hours_max]", "8760"]),
        *(
            (f"[retention.a]\nof = 'card'\nmaximum = '{period}'", ["[retention.a.maximum]"])
            for period in ("3Y", "P", "PT1H", "P1Y1Y", "P1D1Y", "p1y", "P-1Y", "P1.5Y", "P1234Y")
        ),
        ("[retention.a]\nof = 'card'\nmaximum = 'P1Y\n'", ["one.toml"]),
        ("[retention.a]\nof = 'letter'\nmaximum = 'P1Y'", ["[retention.a.of]"]),
        ("[retention.a]\nof = 'card'\nmaximum = 'P1Y'\nbasis = 'rumour'", ["basis"]),
        ("[stage]\na = ['']", ["[stage", "length >= 1"]),
        ("[stage]\n'' = ['a']", ["length >= 1"]),
    ],
)  # fmt: skip
def test_a_wrong_value_names_its_place(text: str, words: list[str], tmp_path: Path) -> None:
    message = refusal(tmp_path, {"one.toml": text})
    assert message.startswith("policy/one.toml: ")
    for word in words:
        assert word in message


# Names that nothing declares, and accounts of two people.

TECHNICAL = "[stage]\ntechnical = ['p']\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[model]\na = 'hgih'", "[model] a = 'hgih': no such tier; declare [tier.hgih]"),
        ("[gate.performance]\ntiers = ['x']", "'x': no such tier; declare [tier.x]"),
        ("[tier.low]\nstages = ['legal']", "[tier.low] stages: nobody may approve 'legal'"),
        ("[tier.low]\nstages = ['legal']\n[stage]\nlegal = []", "nobody may approve 'legal'"),
        ("[environment.e]\nprofile = 'regulated'\nstages = ['legal']", "may approve 'legal'"),
        ("[ticket.j]\nsource = 'j'\nstages = { a = 'legal' }", "nobody may approve 'legal'"),
        ("[environment.production]\nprofile = 'x'", "'x': no such profile; declare [profile.x]"),
        ("[profile.x]\ngates = ['fair']", "[profile.x] gates: 'fair': no such gate"),
        ("[gate.performance]\nsql = 'select 1'", "this gate is built in; give yours another name"),
        ("[gate.registered]\nevidence_days = 30", "does not look at how old evidence is"),
        ("[retention.a]\nof = 'card'", "[retention.'a']: has neither minimum nor maximum"),
        ("[retention.a]\nof = 'card'\nminimum = 'P1Y'\nbasis = 'law'", "'law' needs the clause"),
        (
            "[retention.a]\nof='card'\nminimum='P1Y'\napplies_from=2026-01-02\napplies_until=2026-01-02",
            "is not behind applies_from",
        ),
        ("[gate.mine]\nremedy = 'x'", "is not built in, so it needs sql"),
        ("[[person]]\nid = 'a'\naccounts = ['x']\n[[person]]\nid = 'b'\naccounts = ['x']",
         "[[person]] 'x' is a and b; it is one of them"),
        ("[[person]]\nid = 'a'\n[[person]]\nid = 'b'\naccounts = ['a']", "'a' is a and b"),
        ("[[person]]\nid = 'a'\naccounts = ['x']\n[service]\naccounts = ['x']",
         "[service] 'x' is a; it is one or the other"),
        (f"[[person]]\nid = 'a'\nkeys = ['{KEY} one']\n[[person]]\nid = 'b'\nkeys = ['{KEY} two']",
         f"[[person]] '{KEY}' is a's and b's; a key is one's own"),
        ("[[person]]\nid = 'a'\nkeys = ['nonsense']", "a keys: 'nonsense': write the line of a"),
        ("[[person]]\nid = 'a'\nkeys = ['ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIG3z']", "a .pub file"),
        ("[[person]]\nid = 'a'\nkeys = ['ssh-ed25519 %%%%']", "a .pub file"),
    ],
)  # fmt: skip
def test_names_must_be_declared(text: str, said: str, tmp_path: Path) -> None:
    message = refusal(tmp_path, {"one.toml": text})
    assert message.startswith("policy: ")
    assert said in message


def test_all_wrong_names_are_told_at_once(tmp_path: Path) -> None:
    text = "[model]\na = 'x'\nb = 'y'\n[environment.e]\nprofile = 'z'\n"
    message = refusal(tmp_path, {"one.toml": text})
    assert all(f"declare [{kind}]" in message for kind in ("tier.x", "tier.y", "profile.z"))


def test_names_may_be_declared_in_other_files(tmp_path: Path) -> None:
    found = policy_of(
        tmp_path,
        {"a.toml": "[model]\ncredit = 'low'\n", "b.yaml": "tier: {low: {stages: [technical]}}",
         "c/d.yml": "stage: {technical: [p]}"},
    )  # fmt: skip
    assert found == Policy(
        tier={"low": Tier(("technical",))},
        model={"credit": "low"},
        stage={"technical": ("p",)},
        person=(Person("p"),),
    )


# What several files say.


@pytest.mark.parametrize(
    ("first", "second", "path"),
    [
        ("[tier.low]\nstages = ['technical']", "[tier.low]\nstages = ['technical']", "tier.low"),
        ("[stage]\nlegal = ['a']", "[stage]\nlegal = ['b']", "stage.legal"),
        ("[service]\naccounts = ['a']", "[service]\naccounts = ['b']", "service.accounts"),
        ("[model]\na = 'low'", "[model]\na = 'low'", "model.a"),
        ("[threshold.a]\nauc_min = 1", "[threshold.a]\npsi_max = 1", "threshold.a"),
        ("[break_glass]\npeople = ['a']", "[break_glass]\npeople = ['b']", "break_glass.people"),
        ("[waiver]\ndays_max = 1", "[waiver]\ndays_max = 1", "waiver.days_max"),
        ("[fairness]\nmetrics = ['a']", "[fairness]\nmetrics = ['b']", "fairness.metrics"),
        ("[purpose]\na = 'x'", "[purpose]\na = 'y'", "purpose.a"),
    ],
)  # fmt: skip
def test_what_stands_twice_is_refused(first: str, second: str, path: str, tmp_path: Path) -> None:
    """Who may approve must not depend on the names of files."""
    message = refusal(tmp_path, {"a.toml": first, "z/b.toml": second})
    assert message == f"policy/z/b.toml: {path} stands in policy/a.toml already; say it once"


def test_lists_of_people_and_datasets_go_on_in_other_files(tmp_path: Path) -> None:
    files = {
        "a.toml": f"[[person]]\nid = 'a'\nkeys = ['{KEY}']\n",
        "b.yaml": f"person: [{{id: b, keys: ['{OTHER_KEY} laptop']}}, {{id: c}}]",
    }
    found = policy_of(tmp_path, files)
    assert found.person == (
        Person("a", keys=(KEY,)), Person("b", keys=(f"{OTHER_KEY} laptop",)), Person("c"),
    )  # fmt: skip


def test_different_names_of_one_table_may_stand_apart(tmp_path: Path) -> None:
    files = {"a.toml": "[stage]\na = ['p']\n", "b.toml": "[stage]\nb = ['p']\n",
             "c.toml": "[break_glass]\npeople = ['p']\n",
             "d.toml": "[break_glass]\nhours_max = 3\n"}  # fmt: skip
    found = policy_of(tmp_path, files)
    assert found.stage == {"a": ("p",), "b": ("p",)}
    assert (found.break_glass.people, found.break_glass.hours_max) == (("p",), 3)


# Files that are none, or hostile.


def test_hidden_and_foreign_files_do_not_count(tmp_path: Path) -> None:
    broken = "[broken"
    files = dict.fromkeys(
        (
            ".a.toml",
            ".git/b.toml",
            "c/.d/e.yaml",
            "f.txt",
            "g.json",
            "h.toml.bak",
            "i.toml~",
            "toml",
        ),
        broken,
    )
    assert policy_of(tmp_path, {**files, "good.toml": TECHNICAL}).stage == {"technical": ("p",)}
    (tmp_path / "folder.toml").mkdir()
    assert [file.name for file in policy_files(tmp_path)] == ["good.toml"]


def test_a_folder_inside_a_hidden_one_counts(tmp_path: Path) -> None:
    assert policy_of(tmp_path / ".home" / "policy", {"a.toml": TECHNICAL}).stage


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.toml", "[broken", "cannot be read"),
        ("a.toml", b"[stage]\na = ['\xff']", "cannot be read"),
        ("a.toml", b"\xef\xbb\xbf[stage]\na = ['p']", "cannot be read"),
        ("a.toml", "[stage]\na = ['p']\na = ['q']", "cannot be read"),
        ("a.toml", "x = " + "[" * 5000 + "]" * 5000, "cannot be read"),
        ("a.toml", b"#" * (LARGEST + 1), f"has {LARGEST + 1} bytes"),
        ("a.yaml", b"#" * (LARGEST + 1), f"has {LARGEST + 1} bytes"),
        ("a.yaml", "stage: [", "policy/a.yaml: line"),
        ("a.yaml", "stage: {a: [p], a: [q]}", "a key is given twice"),
        ("a.yaml", "stage: {a: &x [p], b: *x}", "an alias; write out what it stands for"),
        ("a.yaml", "stage:\n  <<: {a: [p]}", "[stage.<<]"),
        ("a.yaml", "stage: {a: [!!python/name:os.system p]}", "line 1: the tag"),
        ("a.yaml", "stage: {a: !secret p}", "line 1: the tag"),
        ("a.yaml", "stage: {}\n---\nstage: {}", "holds 2 documents; write one"),
        ("a.yaml", "- stage", "is no table of keys"),
        ("a.yaml", "null", "is no table of keys"),
        ("a.yaml", "x: " + "[" * 5000 + "]" * 5000, "nested more than"),
        ("a.yaml", b"stage: {a: ['\xff']}", "UTF-8"),
        ("a.yaml", "stage: {a: [on]}\nmodel: {b: 12:30}", "no such tier"),
        ("a.yaml", "tier: {low: {stages: [a], approval_days: 0x10}}", "[tier.low.approval_days]"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_named(
    name: str, content: str | bytes, words: str, tmp_path: Path
) -> None:
    message = refusal(tmp_path, {name: content, "good.toml": TECHNICAL.replace("technical", "x")})
    assert message.startswith("policy")
    assert words in message


def test_many_aliases_do_not_fill_memory(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 20)]
    assert "alias" in refusal(tmp_path, {"a.yaml": "\n".join(lines)})


def test_a_file_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.toml").symlink_to(tmp_path / "nowhere.toml")
    assert read_policy(tmp_path) == Policy()
    (tmp_path / "b.toml").symlink_to("/proc/self/mem")
    assert refusal(tmp_path, {}).startswith("policy/b.toml: cannot be read")


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "'; drop table governance.policy; --", "\u202egnp.exe", "a\nb",
     "\u0000", "\u2028", "\U0001d518", "*", "%_\\", '"', "lineage.governance.approved.v1"],
)  # fmt: skip
def test_hostile_texts_are_texts(text: str, tmp_path: Path) -> None:
    from tests.policy.folders import toml

    said: list[tuple[tuple[str, ...], Any]] = [
        (("stage", text), [text]), (("purpose", text), text), (("person",), [{"id": text}]),
    ]  # fmt: skip
    found = policy_of(tmp_path, {"a.toml": toml(said)})
    assert found == Policy(stage={text: (text,)}, purpose={text: text}, person=(Person(text),))
    assert msgspec.json.decode(policy_bytes(found), type=Policy) == found
