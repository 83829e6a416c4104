"""`lineage gate verify`: what a deployer checks before it lets an artifact go."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from lineage_pipeline.cli.options import Instant


@click.command()
@click.argument("token", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--env", "environment", required=True, help="Where it is about to be deployed.")
@click.option("--artifact", required=True, help="The artifact's file, or its SHA-256.")
@click.option(
    "--key", required=True, metavar="NAME+ID+KEY", envvar="LINEAGE_DEPLOY_KEY",
    help="The workspace's verifier key, as you were handed it on another way than the token.",
)  # fmt: skip
@click.option("--at", type=Instant(), help="What it would have said then [now].")
def verify(token: Path, environment: str, artifact: str, key: str, at: datetime | None) -> None:
    """Check a deploy TOKEN against an artifact; neither workspace nor network is needed.

    0: the artifact may go. 1: the token does not let it go.
    """
    from lineage_pipeline.errors import TokenError
    from lineage_pipeline.governance.token import check_token
    from lineage_pipeline.trail.notes import verifier_key

    held = token.read_text(encoding="utf-8", errors="replace").strip()
    what = Path(artifact) if Path(artifact).is_file() else artifact
    try:
        claims = check_token(
            held,
            verifier_key(key),
            environment=environment,
            artifact=what,
            now=at or datetime.now(UTC),
        )
    except TokenError as error:
        click.echo(f"lineage: {error}", err=True)
        raise SystemExit(1) from None
    past = f", past its gates by the break-glass act {claims.break_glass}"
    said = past if claims.break_glass else ""
    click.echo(f"{claims.sub} may go to {claims.aud}{said}: decision {claims.decision}")
