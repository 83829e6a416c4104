"""A published warehouse crowded with rows: ten thousand models, and names that would act."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Final

from lineage_pipeline.engines import connect
from lineage_pipeline.paths import workspace_paths

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.paths import WorkspacePaths

HOSTILE: Final = (
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(2)>",
    "\u202egnp.exe\u202c",
    "נמודל-אשראי",
    "m" * 5000,
    "a b\x00c\n<b>d</b>",
    "=cmd|' /C calc'!A0",
    "\U0001f469\u200d\U0001f692",
)
"""Names that markup, bidirectional order, width or a spreadsheet would take for more than names."""

_MODELS: Final = """
insert into registry.model by name
select
    'model:reg:' || name as model_node_id, 'reg' as registry, name,
    case when n % 7 != 0 then 'team-' || (n % 90) || '@example.org' end as owner,
    case when n % 5 = 0 then 'high' end as risk_tier,
    'mlflow' as source, told_at as seen_at, told_at as valid_from_at,
    told_at as known_from_at
from (
    select
        range as n, timestamptz '2026-03-01 00:00:00Z' as told_at,
        case when range < len($names) then $names[range + 1] else 'model-' || range end as name
    from range($count)
)
"""
_VERSIONS: Final = """
insert into registry.model_version by name
select
    'modelVersion:reg:' || name || ':1' as version_node_id, model_node_id, 'reg' as registry, name,
    '1' as version, valid_from_at as registered_at, 'mlflow' as source, valid_from_at,
    valid_from_at as known_from_at
from registry.model where registry = 'reg'
"""
_LIVES: Final = """
insert into registry.lifecycle by name
select
    version_node_id,
    ['development', 'staging', 'production', 'monitoring', 'retired'][
        (1 + hash(name) % 5)::bigint
    ] as stage,
    true as is_registered, valid_from_at, known_from_at
from registry.model_version where registry = 'reg' and hash(name) % 11 != 0
"""
_DECISIONS: Final = """
insert into governance.decision by name
select
    'act-' || range as act_id, 'decision-' || range as decision_id, range % 997 != 0 as is_genuine,
    'modelVersion:reg:model-' || (range % 9000) || ':1' as version_node_id,
    'model-' || (range % 9000) as model, '1' as version, 'production' as environment,
    'high' as tier, if(range % 3 = 0, 'observing', 'enforcing') as mode,
    ['deploy', 'deploy', 'deploy', 'deny', 'unknown', 'break_glass'][1 + range % 6] as verdict,
    'deny' as would_be, 'ci@example.org' as requested_by,
    timestamptz '2026-10-12 05:00:00Z' - to_hours(range % 9000) as decided_at,
    timestamptz '2026-10-12 06:00:00Z' as known_from_at
from range($count)
"""
_GATES: Final = """
insert into governance.gate_result by name
select
    act_id, decision_id, version_node_id, environment, place as position,
    ['registered', 'human-owner', 'risk-tier', 'performance', $names[1]][place] as gate,
    ['pass', 'pass', 'fail', 'unknown'][(1 + hash(act_id || place) % 4)::bigint] as result,
    if(hash(act_id) % 50 = 0, 'waived', null) as waiver, true as is_blocking, decided_at,
    known_from_at
from governance.decision, (select unnest(range(1, 6)) as place)
"""
_EXCEPTIONS: Final = """
insert into compliance.exception by name
select
    ['A03', 'G01', 'G03', 'L05'][1 + range % 4] as control_id, 'organisation' as scope,
    if(range % 1000 = 0, 'subject:subj-' || range, 'run:' || range) as object_id,
    if(range = 1, $names[1], 'its end was told late') as finding, 1 as members,
    case when range % 1000 = 0 then 5000 when range % 9 != 0 then range % 800 end as age_days,
    true as is_due, range % 13 = 0 as is_waived,
    if(range % 4 = 0, $names[1 + range % len($names)], null) as owner_id,
    if(range % 8 = 0, timestamptz '2026-09-01 00:00:00Z', null) as due_at
from range(20 * $count)
"""
_ACTIVITY: Final = """
insert into silver.audit_activity by name
select
    'source-' || (range % 30) as source, 'read' as action,
    date '2026-10-12' - (range % 200)::integer as day_on, (range % 2)::utinyint as lacks,
    timestamptz '2026-10-12 06:00:00Z' as ingested_at, false as is_interim,
    (1 + hash(range) % 900)::bigint as occurrence_count
from range(3000)
"""


def crowd(published: WorkspacePaths, root: Path, count: int = 10_000) -> WorkspacePaths:
    """Return a workspace at `root` with a copy of a published warehouse, and many rows more."""
    root.mkdir()
    paths = workspace_paths(root)
    shutil.copyfile(published.warehouse, paths.warehouse)
    with connect(str(paths.warehouse)) as connection:
        connection.execute("set timezone = 'UTC'")
        for statement in (_MODELS, _VERSIONS, _LIVES, _DECISIONS, _GATES, _EXCEPTIONS, _ACTIVITY):
            given = {"count": count, "names": list(HOSTILE)}
            used = {name: value for name, value in given.items() if f"${name}" in statement}
            connection.execute(statement, used)
    return paths
