"""Lists the licence of every package that a lock file pins; exit code 1 if one needs a person.

    python .ci/licences.py requirements.lock

The licence is what the package's own metadata say, as installed where this runs. What is neither
permissive nor excused below, with the reason, is named, and so is an excuse that nothing needs.
"""

import re
import sys
from collections.abc import Iterable
from importlib.metadata import PackageMetadata, PackageNotFoundError, distribution

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.requirements import Requirement

PERMISSIVE = frozenset(
    "0BSD Apache-2.0 BSD-2-Clause BSD-3-Clause CC0-1.0 CNRI-Python ISC MIT MIT-0 MIT-CMU PSF-2.0 "
    "Python-2.0 Unlicense Zlib LicenseRef-BSD".split()
)

# Copyleft that is taken, and why it may be.
EXCUSED = {
    "certifi": "MPL-2.0 covers its own file of certificates, which is passed on as it is",
    "orjson": "MPL-2.0 covers its own files, which are passed on as they are",
    "pathspec": "MPL-2.0 covers its own files; only the build uses it",
    "tld": "of its three MPL-1.1 is taken, which covers its own files, passed on as they are",
    "tqdm": "MPL-2.0 covers its own files, which are passed on as they are",
}

# How metadata that are older than SPDX expressions put it; all other texts are read as SPDX.
_OLD = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache License Version 2.0": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "LicenseRef-BSD",  # of which number of clauses it does not say
    "BSD License": "LicenseRef-BSD",
    "ISC License": "ISC",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "PSFL": "PSF-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "The BSD 2-Clause License": "BSD-2-Clause",
}

UNKNOWN = "unknown"
_PINNED = re.compile(r"^[A-Za-z0-9][^\\#\n]*==[^\\#\n]*", re.MULTILINE)


def pinned(lock: str) -> list[Requirement]:
    """What a lock file pins for the machine that this runs on."""
    every = [Requirement(line.strip()) for line in _PINNED.findall(lock)]
    return [each for each in every if each.marker is None or each.marker.evaluate()]


def licence_of(metadata: PackageMetadata) -> str:
    """A package's licence as an SPDX expression, or `UNKNOWN`.

    Of what it says in several ways the most exact is taken: the expression, the text, and then the
    classifiers, all of which are taken to hold.
    """
    classified = [
        each.rpartition(" :: ")[2]
        for each in metadata.get_all("Classifier") or []
        if each.startswith("License :: ") and each != "License :: OSI Approved"
    ]
    said = (metadata.get("License-Expression"), metadata.get("License"))
    for text in filter(None, said):
        if (licence := _spdx(text)) != UNKNOWN:
            return licence
    licences = sorted({_spdx(each) for each in classified})
    return UNKNOWN if not licences or UNKNOWN in licences else " AND ".join(licences)


def _spdx(text: str) -> str:
    name = text.strip().partition("\n")[0]  # some give the whole text, headed by its name
    try:
        return canonicalize_license_expression(_OLD.get(name, name))
    except InvalidLicenseExpression:
        return UNKNOWN


def is_permissive(expression: str) -> bool:
    """Whether whoever holds to permissive licences alone may take what is licensed so."""
    words = re.findall(r"[()]|[^\s()]+", expression)

    def either() -> bool:
        allowed = both()
        while words and words[0] == "OR":
            words.pop(0)
            allowed = both() or allowed
        return allowed

    def both() -> bool:
        allowed = one()
        while words and words[0] == "AND":
            words.pop(0)
            allowed = one() and allowed
        return allowed

    def one() -> bool:
        word = words.pop(0)
        if word == "(":
            allowed = either()
            words.pop(0)
            return allowed
        if words and words[0] == "WITH":  # an exception only adds permissions
            del words[:2]
        return word in PERMISSIVE

    return either()


def problems(licences: dict[str, str], excused: Iterable[str] = EXCUSED) -> list[str]:
    """What a person has to look at, one line each."""
    needed = {name for name, licence in licences.items() if not is_permissive(licence)}
    return [
        *(f"{name}: {licences[name]}, neither permissive nor excused in .ci/licences.py"
          for name in sorted(needed - set(excused))),
        *(f"{name}: excused in .ci/licences.py, which it does not need"
          for name in sorted(set(excused) - needed)),
    ]  # fmt: skip


def main(lock: str) -> int:
    """Prints the table and what is wrong with it; the exit code."""
    licences: dict[str, str] = {}
    wrong = []
    for each in pinned(lock):
        try:
            installed = distribution(each.name)
        except PackageNotFoundError:
            wrong.append(f"{each.name}: not installed here")
            continue
        if installed.version not in each.specifier:
            wrong.append(f"{each.name}: {installed.version} is installed, not {each.specifier}")
        licences[each.name] = licence_of(installed.metadata)
    for name, licence in sorted(licences.items()):
        print(f"{name:40} {licence}{f'  ({EXCUSED[name]})' if name in EXCUSED else ''}")
    wrong += problems(licences)
    print(f"{len(licences)} packages", *wrong, sep="\n", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        raise SystemExit(main(file.read()))
