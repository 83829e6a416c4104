"""Secrets, out of the environment variables that settings name. No message holds one."""

from __future__ import annotations

import re
from base64 import b64encode
from typing import TYPE_CHECKING, Final

from lineage_pipeline.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lineage_pipeline.settings.registries import MlflowRegistry

_TOKEN: Final = re.compile(r"[\x21-\x7e]+")


def secret(variable: str, environment: Mapping[str, str], whose: str) -> str:
    """Return what an environment variable holds.

    Args:
        variable: its name.
        environment: the variables.
        whose: for messages: who needs it.

    Raises:
        ConfigError: it is not set, or empty.
    """
    found = environment.get(variable, "")
    if not found:
        raise ConfigError(f"{whose}: the environment variable {variable} is not set; set it")
    return found


def authorization(registry: MlflowRegistry, environment: Mapping[str, str]) -> str | None:
    """Return the header by which a registry knows who asks; None where nobody need say.

    Raises:
        ConfigError: a variable is not set, or holds what no header may.
    """
    whose = registry.namespace
    if registry.token_env:
        token = secret(registry.token_env, environment, whose)
        if not _TOKEN.fullmatch(token):
            raise ConfigError(
                f"{whose}: {registry.token_env} holds a space, a line break or what is not ASCII, "
                f"as no token does; correct it"
            )
        return f"Bearer {token}"
    if not registry.username_env:
        return None
    user = secret(registry.username_env, environment, whose)
    password = secret(registry.password_env, environment, whose)
    if ":" in user:
        raise ConfigError(f"{whose}: {registry.username_env} holds a colon; no user's name can")
    return f"Basic {b64encode(f'{user}:{password}'.encode()).decode('ascii')}"
