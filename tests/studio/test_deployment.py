"""The examples for Docker and Kubernetes name nothing that is not there. They were not run here."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from edit_studio.cli import parser
from edit_studio.settings import PREFIX, Settings
from installer.studio_processes import REDIS_CONF
from tests.studio.kit import ROOT

FOLDER = ROOT / "resources" / "studio"


def documents(name: str) -> list[dict]:
    return [one for one in yaml.safe_load_all((FOLDER / name).read_text("utf-8")) if one]


def kinds(kind: str) -> dict[str, dict]:
    return {one["metadata"]["name"]: one for one in documents("kubernetes.yaml")
            if one["kind"] == kind}  # fmt: skip


def settings_in(variables: dict[str, str]) -> Settings:
    """The settings they make; every STUDIO_ name must be one."""
    ours = {name: value for name, value in variables.items() if name.startswith(PREFIX)}
    known = {PREFIX + name.upper() for name in vars(Settings())}
    assert set(ours) <= known
    return Settings.from_environment(ours)


def test_compose():
    """Commands are the studio's, settings are known, volumes and files are there."""
    (told,) = documents("compose.yaml")
    for name, service in told["services"].items():
        if name == "redis":
            assert (FOLDER / service["volumes"][1].split(":")[0]).is_file()
            continue
        assert parser().parse_args(service["command"]).command == name.split("-")[0]
        settings = settings_in(service["environment"])
        assert settings.redis_url.startswith("redis://redis:") and settings.engine == "comfyui"
        build = service["build"]
        assert (FOLDER / build["context"]).resolve() == ROOT
        assert (ROOT / build["dockerfile"]).is_file()
        for volume in service["volumes"]:
            assert volume.split(":")[0] in told["volumes"]


def test_kubernetes():
    """Selectors, config maps and ports fit together; workers ask for a GPU each."""
    maps, services = kinds("ConfigMap"), kinds("Service")
    settings = settings_in(maps["studio"]["data"])
    assert settings.engine == "hidream" and settings.store.startswith("s3://")
    assert settings.redis_url.split("//")[1].split(":")[0] in services
    workloads = {**kinds("Deployment"), **kinds("StatefulSet")}
    for name, workload in workloads.items():
        labels = workload["spec"]["template"]["metadata"]["labels"]
        assert workload["spec"]["selector"]["matchLabels"] == labels == {"app": name}
        (container,) = workload["spec"]["template"]["spec"]["containers"]
        if name == "studio-redis":
            continue
        assert parser().parse_args(container["args"]).command == name.split("-")[1]
        assert container["envFrom"][0]["configMapRef"]["name"] in maps
    for name, service in services.items():
        assert service["spec"]["selector"] == {"app": name} and name in workloads
    front = workloads["studio-front"]["spec"]["template"]["spec"]["containers"][0]
    assert services["studio-front"]["spec"]["ports"][0]["targetPort"] == 8790
    assert front["readinessProbe"]["httpGet"]["path"] == "/health"
    worker = workloads["studio-worker"]["spec"]["template"]["spec"]["containers"][0]
    assert worker["resources"]["limits"] == {"nvidia.com/gpu": 1}


@pytest.mark.parametrize("text", [
    (FOLDER / "redis.conf").read_text("utf-8"),
    kinds("ConfigMap")["studio-redis"]["data"]["redis.conf"],
    REDIS_CONF,
], ids=["compose", "kubernetes", "installer"])  # fmt: skip
def test_every_redis_loses_nothing(text):
    """Synchronised at each write, and nothing is thrown out when memory runs short."""
    lines = text.splitlines()
    for line in ("appendonly yes", "appendfsync always", "maxmemory-policy noeviction"):
        assert line in lines


def test_the_image_is_made_of_what_is_there():
    """Each file that is copied exists, and the pins are read from metadata.json."""
    text = (FOLDER / "Dockerfile").read_text("utf-8")
    copied = [line.split()[1] for line in text.splitlines() if line.startswith("COPY")]
    assert all((ROOT / Path(name)).exists() for name in copied) and "metadata.json" in copied
    assert "--no-deps" in text and "['studio']['requirements']" in text
