"""compose.yaml says what the decky is promised to be; the files it names are there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from typing import Any

import pytest

from tests.deploy.conftest import DECKY, compose
from tests.servers.require import require

OURS = ("seed", "decky", "emailgen")


@pytest.mark.parametrize("name", OURS)
def test_services_are_closed(name: str) -> None:
    """Unprivileged, read-only root, no capabilities, none to gain."""
    service = compose()["services"][name]
    assert service["user"] == "999:999"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert "cap_add" not in service


def test_only_the_decky_has_a_door_and_it_leads_in() -> None:
    """IMAP and POP3 on the given address; no masquerading, no names; the rest is internal."""
    loaded = compose()
    services = loaded["services"]
    assert [name for name in services if "ports" in services[name]] == ["decky"]
    assert all("DECKY_ADDRESS" in port for port in services["decky"]["ports"])
    assert [port.rpartition("}:")[2] for port in services["decky"]["ports"]] == [
        "143:1143",
        "110:1110",
    ]
    assert services["decky"]["networks"] == ["door"]
    assert services["decky"]["dns"] == ["127.0.0.1"]
    options = loaded["networks"]["door"]["driver_opts"]
    assert options["com.docker.network.bridge.enable_ip_masquerade"] == "false"
    assert loaded["networks"]["model"] == {"internal": True}
    others = [services[name]["networks"] for name in services if name != "decky"]
    assert others == [["model"]] * len(others)


def test_any_password_is_off_unless_it_is_asked_for() -> None:
    """Nor are passwords logged by default."""
    environment = compose()["services"]["decky"]["environment"]
    assert environment["DECKY_ANY_PASSWORD"] == "${DECKY_ANY_PASSWORD:-no}"
    assert environment["DECKY_LOG_PASSWORDS"] == "${DECKY_LOG_PASSWORDS:-no}"


def test_everything_that_is_named_exists() -> None:
    """Networks, volumes, secrets, Dockerfiles, and the files that these copy."""
    loaded = compose()
    for service in loaded["services"].values():
        assert set(service["networks"]) <= set(loaded["networks"])
        assert set(service.get("secrets", [])) <= set(loaded["secrets"])
        sources = [volume.split(":")[0] for volume in service["volumes"]]
        assert {source for source in sources if "/" not in source} <= set(loaded["volumes"])
    for build in _builds(loaded):
        context = (DECKY / build["context"]).resolve()
        dockerfile = (context / build.get("dockerfile", "Dockerfile")).read_text("utf-8")
        for copied in re.findall(r"^COPY (.+) \S+$", dockerfile, re.MULTILINE):
            assert all((context / source).exists() for source in copied.split()), copied


def test_the_tick_loop_goes_on_after_a_failure() -> None:
    """A tick that fails is told and tried again."""
    script = (DECKY / "timer").read_text("utf-8")
    fake = "emailgen() { echo $1; false; }\nsleep() { n=$((n + 1)); [ $n -lt 3 ] || exit 9; }\n"
    done = subprocess.run(["sh", "-c", fake + script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (9, "tick\n" * 3)


def test_docker_compose_accepts_it() -> None:
    """Compose reads the file: the plug-in, or Debian's program, which is older than names."""
    plugin = ["docker", "compose"]
    old = subprocess.run([*plugin, "version"], capture_output=True, check=False).returncode
    require(not old or shutil.which("docker-compose"), "docker compose isn't installed")
    text = (DECKY / "compose.yaml").read_text("utf-8")
    if old:
        text = re.sub(r"^name:.*\n", "", text, flags=re.MULTILINE)
    done = subprocess.run(
        [*(["docker-compose"] if old else plugin), "-f", "-", "--profile=ollama", "config", "-q"],
        cwd=DECKY,
        env={**os.environ, "DECKY_ADDRESS": "127.0.0.1"},
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def _builds(loaded: dict[str, Any]) -> list[dict[str, str]]:
    found = [service["build"] for service in loaded["services"].values() if "build" in service]
    return [{"context": build} if isinstance(build, str) else build for build in found]
