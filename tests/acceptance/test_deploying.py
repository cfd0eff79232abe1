"""The image, the compose file and the unit: what can be held true without Docker and systemd.

The image's steps are not run here, but for what is ours in them: the wheel of what it copies.
"""

import configparser
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import yaml
from newscite_process import ROOT, Corpus, Running

from rag.settings import PREFIX, Settings

UNIT = ROOT / "docs" / "operating" / "newscite.service"
SETTINGS = {PREFIX + name.upper() for name in Settings.model_fields}
DOCKERFILE = [
    (word, rest)
    for word, _, rest in (
        line.partition(" ")
        for line in (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ").splitlines()
        if line and not line.startswith("#")
    )
]
LAST_STAGE = DOCKERFILE[max(n for n, (word, _) in enumerate(DOCKERFILE) if word == "FROM") :]


def _said(word: str, stage: list[tuple[str, str]] = LAST_STAGE) -> str:
    """What the last such instruction says."""
    return [rest.strip() for each, rest in stage if each == word][-1]


def _copied() -> list[str]:
    """What is copied into the image from this folder."""
    copies = [rest.split() for word, rest in DOCKERFILE if word == "COPY"]
    return [source for words in copies if "--from" not in words[0] for source in words[:-1]]


def test_what_the_image_copies_is_there_and_reaches_the_builder() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    reaching = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    assert "*" in ignored, "nothing reaches it but what is named"
    assert set(_copied()) == reaching
    assert all((ROOT / source).exists() for source in _copied())


def test_the_image_runs_as_nobody_in_particular_and_as_the_same_in_compose() -> None:
    user = _said("USER")
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", user), "numbers, which a cluster can check"
    assert _service()["user"] == user


def test_the_image_installs_what_is_pinned_and_names_no_host() -> None:
    installs = [rest for word, rest in DOCKERFILE if word == "RUN" and "pip install" in rest]
    assert "--require-hashes -r requirements.lock" in installs[0]
    assert all("--no-deps" in each for each in installs)
    for file in ("Dockerfile", "compose.yaml"):
        assert "://" not in (ROOT / file).read_text("utf-8").replace("http://127.0.0.1", "")


def _service() -> dict[str, Any]:
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    service: dict[str, Any] = compose["services"]["newscite"]
    assert {each.partition(":")[0] for each in service["volumes"]} == set(compose["volumes"])
    return service


def test_compose_keeps_the_corpus_and_nothing_else_can_be_written() -> None:
    service = _service()
    data = _environment_of_the_image()["NEWSCITE_DATA_DIR"]
    assert service["volumes"] == [f"corpus:{data}"]
    assert _said("VOLUME") == data
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["ports"] == [f"127.0.0.1:8000:{_said('EXPOSE')}"], "of this machine alone"


def _environment_of_the_image() -> dict[str, str]:
    return dict(word.split("=", 1) for word in shlex.split(_said("ENV")))


def test_every_setting_that_is_named_exists() -> None:
    named = set()
    for file in ("Dockerfile", "compose.yaml", *map(str, UNIT.parent.glob("[!.]*"))):
        named |= set(re.findall(rf"\b{PREFIX}[A-Z_]+\b", (ROOT / file).read_text("utf-8")))
    assert named
    assert named <= SETTINGS


def _unit() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None)  # keys may come again
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(UNIT, encoding="utf-8")
    return parser


def test_the_unit_gives_the_service_a_folder_and_nothing_else() -> None:
    service = _unit()["Service"]
    assert service["DynamicUser"] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert service["NoNewPrivileges"] == "yes"
    assert f"%S/{service['StateDirectory']}" == service["Environment"].partition("=")[2]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_knows_every_line_of_the_unit_and_finds_it_little_exposed(tmp_path: Path) -> None:
    unit = tmp_path / UNIT.name
    text = UNIT.read_text(encoding="utf-8").replace("/opt/newscite/bin/newscite", sys.executable)
    unit.write_text(text, encoding="utf-8")
    line = ("systemd-analyze", "verify", "--man=no", str(unit))
    verified = subprocess.run(line, capture_output=True, encoding="utf-8", check=False)
    said = [each for each in verified.stderr.splitlines() if UNIT.name in each]
    assert said == []
    line = ("systemd-analyze", "security", "--offline=yes", "--threshold=15", str(unit))
    rated = subprocess.run(line, capture_output=True, encoding="utf-8", check=False)
    assert rated.returncode == 0, rated.stdout + rated.stderr


@pytest.mark.slow
@pytest.mark.parametrize("where", ["image", "unit"])
def test_what_is_started_starts_is_healthy_and_ends_when_it_is_told_to(
    where: str, corpus: Corpus
) -> None:
    """As it stands there, but for its address, which here is any free port of this machine's."""
    if where == "image":
        command = [*json.loads(_said("ENTRYPOINT")), *json.loads(_said("CMD"))]
    else:
        command = shlex.split(_unit()["Service"]["ExecStart"])
    assert Path(command[0]).name == "newscite"
    assert command[-4::2] == ["--host", "--port"]
    assert command[-1] == _said("EXPOSE")
    running = corpus.start(*command[1:-4], "--host", "127.0.0.1", "--port", "0")
    try:
        running.wait_for_address()
        assert _health(running) == 0
    finally:
        code = running.stop(signal.Signals[_said("STOPSIGNAL")])
    assert code == 0, "it ended as it was told to"
    assert "Stopped." in running.err
    assert _health(running) == 1


def _health(running: Running) -> int:
    """The exit code of the image's health check, of a server that is somewhere else."""
    check = json.loads(re.sub(r".*?CMD (?=\[)", "", _said("HEALTHCHECK")))
    assert check[0] == "python3", "of the image's own, not curl"
    program = check[2].replace("http://127.0.0.1:8000", running.url)
    assert program != check[2]
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    return done.returncode


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of what the image copies, and of nothing else."""
    folder = tmp_path_factory.mktemp("image")
    for source in _copied():
        if (ROOT / source).is_dir():
            left_out = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / source, folder / "src" / source, ignore=left_out)
        else:
            (folder / "src").mkdir(exist_ok=True)
            shutil.copy(ROOT / source, folder / "src")
    line = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder / "dist")]
    subprocess.run(line, cwd=folder / "src", check=True, capture_output=True)
    return next((folder / "dist").glob("*.whl"))


@pytest.mark.slow
def test_what_the_image_installs_answers_with_nothing_of_this_folder(
    wheel: Path, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    with ZipFile(wheel) as packed:
        packed.extractall(site)
    corpus = Corpus(tmp_path, {"PYTHONPATH": str(site)})
    found = subprocess.run(
        [sys.executable, "-c", "import rag, os; print(os.path.dirname(rag.__file__))"],
        cwd=tmp_path, env=os.environ | corpus.extra, capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    assert Path(found.stdout.strip()).parent == site
    assert corpus.run("ingest", site / "ingest" / "sample", "--json").json["quarantined"] == 0
    answered = corpus.run("ask", "How did the thieves get into the museum?", "--json").json
    assert answered["answerable"]
    assert answered["model"]["reranker"] == "newscite-reader-1"
