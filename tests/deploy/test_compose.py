"""The compose file: what it names exists, what it sets is a setting, and everything waits for what it needs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]  # it has no types
from typer.testing import CliRunner

from server.cli import app
from server.settings import settings

FOLDER = Path(__file__).resolve().parents[2] / "deploy/compose"
SAID = {
    "POSTGRES_PASSWORD": "secret",
    "HUDDLE_HOSTS": "huddle.example.com",
    "HUDDLE_JWT_SECRET": "x" * 32,
}
DEMANDED = re.compile(r"\$\{(\w+):\?[^}]+\}")


@pytest.fixture(scope="module")
def compose() -> Any:
    return yaml.safe_load((FOLDER / "compose.yaml").read_text())


def test_every_service_is_there_and_waits_for_those_it_needs(compose: Any) -> None:
    services = compose["services"]
    assert set(services) == {"database", "broker", "migrate", "huddle", "balancer"}
    for service in services.values():
        assert set(service.get("depends_on", ())) <= set(services)
        assert service["networks"] == ["inside"]
    assert services["huddle"]["depends_on"]["migrate"] == {
        "condition": "service_completed_successfully"
    }
    assert services["migrate"]["depends_on"]["database"] == {"condition": "service_healthy"}
    assert services["huddle"]["deploy"]["replicas"] == 3
    assert list(compose["volumes"]) == ["database"]


@pytest.mark.parametrize("service", ["migrate", "huddle"])
def test_its_settings_serve_production(compose: Any, service: str) -> None:
    said = compose["services"][service]["environment"]
    environment = {
        name: DEMANDED.sub(lambda found: SAID[found[1]], value) for name, value in said.items()
    }
    chosen = settings(environment)
    chosen.check_to_serve()
    assert chosen.production
    assert "$" not in chosen.database_url
    assert chosen.broadcast_url == "redis://broker:6379/0"


@pytest.mark.parametrize("service", ["migrate", "huddle"])
def test_its_commands_are_commands(compose: Any, service: str) -> None:
    command, *_ = compose["services"][service]["command"]
    assert CliRunner().invoke(app, [command, "--help"]).exit_code == 0


def test_processes_are_given_time_to_stop(compose: Any) -> None:
    from server.workers import STOPPED_SECONDS

    assert int(compose["services"]["huddle"]["stop_grace_period"].rstrip("s")) > STOPPED_SECONDS


def test_files_it_names_are_there(compose: Any) -> None:
    build = compose["services"]["huddle"]["build"]
    checkout = (FOLDER / build["context"]).resolve()
    assert (checkout / "pyproject.toml").exists()
    dockerfile = (checkout / build["dockerfile"]).read_text()
    assert "--require-hashes" in dockerfile
    assert 'ENTRYPOINT ["/opt/huddle/bin/huddle"]' in dockerfile
    (mounted,) = compose["services"]["balancer"]["volumes"]
    nginx = (FOLDER / mounted.partition(":")[0]).read_text()
    assert "server huddle:8000" in nginx
    assert nginx.count("{") == nginx.count("}")
    assert "proxy_buffering off;" in nginx
