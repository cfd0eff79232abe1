"""What README.md and docs/client.md show of the client runs as it stands, and prints what is shown."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from newscite_process import ROOT, Corpus, Running

PAGES = (ROOT / "README.md", ROOT / "docs" / "client.md")
SHOWN = "http://127.0.0.1:8000"

_BLOCK = re.compile(r"^```python\n(.*?)^```\n\n```\n(.*?)^```\n", re.MULTILINE | re.DOTALL)

SCRIPTS = [
    (script, printed)
    for page in PAGES
    for script, printed in _BLOCK.findall(page.read_text(encoding="utf-8"))
    if "api.client" in script
]


def test_the_pages_hold_scripts() -> None:
    assert len(SCRIPTS) == 7


@pytest.mark.slow
def test_the_scripts_are_right_to_a_strict_type_checker(tmp_path: Path) -> None:
    files = [tmp_path / f"script_{number}.py" for number in range(len(SCRIPTS))]
    for file, (script, _) in zip(files, SCRIPTS, strict=True):
        file.write_text(script, encoding="utf-8")
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--scripts-are-modules", *map(str, files)],
        cwd=ROOT, capture_output=True, encoding="utf-8", timeout=600, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize(("script", "printed"), SCRIPTS)
def test_a_script_prints_what_is_shown(
    script: str, printed: str, server: Running, a_copy: Callable[[], Corpus]
) -> None:
    if ".deliver(" not in script:
        assert _printed(script, server) == printed
        return
    with a_copy().serve() as running:
        assert _printed(script, running) == printed


def _printed(script: str, running: Running) -> str:
    ran = subprocess.run(
        [sys.executable, "-c", script.replace(SHOWN, running.url)],
        cwd=running.corpus.cwd, env=running.corpus.environment(), capture_output=True,
        encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return ran.stdout
