"""Registries that are asked, and who may deliver: `[[registry.…]]` and `[monitoring]`.

A secret is never written here: settings name the environment variable that holds it.
"""

from __future__ import annotations

from typing import Annotated, Final
from urllib.parse import urlsplit

import msgspec

_HOST: Final = r"[A-Za-z0-9][A-Za-z0-9._-]*(:[0-9]{1,5})?"
_VARIABLE: Final = msgspec.Meta(pattern=r"^([A-Z_][A-Z0-9_]*)?$")
_ADDRESS: Final = msgspec.Meta(pattern=rf"^https?://{_HOST}(/[A-Za-z0-9._~/-]*)?$")
_MLFLOW: Final = "mlflow://"
_SAGEMAKER: Final = "sagemaker://"
_USUAL_PORTS: Final = {"http": 80, "https": 443}
_THIS_MACHINE: Final = ("localhost", "127.0.0.1")


class MlflowRegistry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An MLflow server.

    Attributes:
        url: where it answers; `/api/2.0/mlflow` is put behind it.
        name: the namespace of its models in node identifiers, `mlflow://HOST` if none is given.
        token_env: the environment variable that holds a bearer token.
        username_env, password_env: those that hold a user and a password.
        webhook_secret_env: that which holds the secret of its webhooks.
    """

    url: Annotated[str, _ADDRESS]
    name: Annotated[str, msgspec.Meta(pattern=rf"^({_MLFLOW}{_HOST})?$")] = ""
    token_env: Annotated[str, _VARIABLE] = ""
    username_env: Annotated[str, _VARIABLE] = ""
    password_env: Annotated[str, _VARIABLE] = ""
    webhook_secret_env: Annotated[str, _VARIABLE] = ""

    def __post_init__(self) -> None:
        """Refuse what contradicts itself.

        Raises:
            ValueError: half a pair of credentials, two kinds of them, or some in the clear.
        """
        if bool(self.username_env) != bool(self.password_env):
            raise ValueError("username_env and password_env go together")
        if self.token_env and self.username_env:
            raise ValueError("token_env, or username_env and password_env, but not both")
        if (self.token_env or self.username_env) and self._is_in_the_clear:
            raise ValueError("credentials would travel in the clear; use an https address")

    @property
    def namespace(self) -> str:
        """What node identifiers call it."""
        if self.name:
            return self.name
        parts = urlsplit(self.url)
        usual = parts.port in (None, _USUAL_PORTS[parts.scheme])
        return f"{_MLFLOW}{parts.hostname}{'' if usual else f':{parts.port}'}"

    @property
    def folder(self) -> str:
        """What is behind `mlflow://`; folders in landing/ are called so."""
        return self.namespace.removeprefix(_MLFLOW)

    @property
    def _is_in_the_clear(self) -> bool:
        parts = urlsplit(self.url)
        return parts.scheme == "http" and parts.hostname not in _THIS_MACHINE


class SagemakerRegistry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A region of Amazon SageMaker; credentials come from the AWS environment.

    Attributes:
        region: such as eu-west-1.
        name: the namespace of its models in node identifiers, `sagemaker://REGION` if none is
            given; two accounts in one region need one each.
    """

    region: Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]+$")]
    name: Annotated[str, msgspec.Meta(pattern=rf"^({_SAGEMAKER}{_HOST})?$")] = ""

    @property
    def namespace(self) -> str:
        """What node identifiers call it."""
        return self.name or f"{_SAGEMAKER}{self.region}"

    @property
    def folder(self) -> str:
        """What is behind `sagemaker://`; folders in landing/ are called so."""
        return self.namespace.removeprefix(_SAGEMAKER)


class RegistrySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The registries that `lineage pull` asks, each under a name of its own."""

    mlflow: tuple[MlflowRegistry, ...] = ()
    sagemaker: tuple[SagemakerRegistry, ...] = ()

    def __post_init__(self) -> None:
        """Refuse two of one name.

        Raises:
            ValueError: two registries would be one in every table.
        """
        names = [each.namespace for each in self.mlflow]
        names += [each.namespace for each in self.sagemaker]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two registries are called {twice[0]}; give one another name")


class MonitoringSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who may deliver what monitors found.

    Attributes:
        alertmanager_token_env: the environment variable with Alertmanager's bearer token.
    """

    alertmanager_token_env: Annotated[str, _VARIABLE] = ""
