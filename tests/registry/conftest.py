"""What the tests of registries start from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.registry.mlflow_server import mlflow_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.registry.mlflow_server import Mlflow


@pytest.fixture(scope="session")
def mlflow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mlflow]:
    """Give a real MLflow server; tests register under names of their own."""
    with mlflow_server(tmp_path_factory.mktemp("mlflow")) as found:
        yield found
