"""`make licences`: what a package may be licensed as, how that is read, and what is pinned here."""

import runpy
import subprocess
import sys
from email.message import Message

import pytest
from newscite_process import ROOT

_SCRIPT = ROOT / ".ci" / "licences.py"
_NAMES = runpy.run_path(str(_SCRIPT))
licence_of, is_permissive = _NAMES["licence_of"], _NAMES["is_permissive"]
problems, pinned, UNKNOWN = _NAMES["problems"], _NAMES["pinned"], _NAMES["UNKNOWN"]


def _metadata(*fields: tuple[str, str]) -> Message:
    message = Message()
    for name, value in fields:
        message[name] = value
    return message


@pytest.mark.parametrize(
    ("fields", "licence"),
    [
        ([("License-Expression", "mit or apache-2.0")], "MIT OR Apache-2.0"),
        ([("License-Expression", "MIT"), ("License", "GPL-3.0-only")], "MIT"),
        ([("License", "Apache License, Version 2.0")], "Apache-2.0"),
        ([("License", "MIT License\n\nCopyright (c) 2022 Somebody\n ...")], "MIT"),
        ([("License", "see LICENSE"), ("Classifier", "License :: OSI Approved :: MIT License")], "MIT"),
        (
            [("Classifier", "License :: OSI Approved"),
             ("Classifier", "License :: OSI Approved :: MIT License"),
             ("Classifier", "License :: OSI Approved :: Apache Software License")],
            "Apache-2.0 AND MIT",
        ),
        ([("Classifier", "License :: OSI Approved :: GNU General Public License v3 (GPLv3)")], UNKNOWN),
        (
            [("Classifier", "License :: OSI Approved :: MIT License"),
             ("Classifier", "License :: Free For Educational Use")],
            UNKNOWN,
        ),
        ([("License", "see LICENSE")], UNKNOWN),
        ([("Classifier", "Topic :: Text Processing")], UNKNOWN),
        ([], UNKNOWN),
    ],
)  # fmt: skip
def test_the_licence_is_what_the_metadata_say(fields: list[tuple[str, str]], licence: str) -> None:
    assert licence_of(_metadata(*fields)) == licence


@pytest.mark.parametrize(
    ("expression", "permissive"),
    [
        ("MIT", True),
        ("GPL-3.0-only", False),
        ("LGPL-2.1-or-later", False),
        ("MIT AND GPL-3.0-only", False),
        ("MIT OR GPL-3.0-only", True),
        ("GPL-3.0-only OR MIT", True),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", False),
        ("(GPL-2.0-only OR MIT) AND (BSD-3-Clause OR LGPL-3.0-only)", True),
        ("GPL-2.0-only AND MIT OR ISC", True),
        ("ISC AND GPL-2.0-only OR GPL-3.0-only", False),
        ("Apache-2.0 WITH LLVM-exception AND MIT", True),
        ("GPL-2.0-only WITH Classpath-exception-2.0", False),
        ("LicenseRef-Proprietary", False),
        (UNKNOWN, False),
    ],
)
def test_an_expression_is_permissive_if_one_may_choose_so(
    expression: str, permissive: bool
) -> None:
    assert is_permissive(expression) is permissive


def test_copyleft_and_the_unknown_are_told_unless_excused_and_an_idle_excuse_is_too() -> None:
    licences = {"good": "MIT", "left": "GPL-3.0-only", "odd": UNKNOWN, "known": "MPL-2.0"}
    told = [line.partition(":")[0] for line in problems(licences, {"known": "why", "good": "why"})]
    assert told == ["left", "odd", "good"]


def test_what_is_pinned_for_another_system_is_left_out() -> None:
    lock = (
        "# made by a tool\n"
        "one==1.0 \\\n    --hash=sha256:00\n    # via two==2\n"
        'two==2.0 ; sys_platform == "plan9" \\\n    --hash=sha256:00\n'
        'three==3.0 ; python_version >= "3.11" \\\n    --hash=sha256:00\n'
    )
    assert [each.name for each in pinned(lock)] == ["one", "three"]


def test_every_package_that_is_pinned_has_a_licence_that_may_be_taken() -> None:
    line = [sys.executable, str(_SCRIPT), str(ROOT / "requirements.lock")]
    done = subprocess.run(line, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) > 100
