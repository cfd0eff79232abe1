"""What a job did, in words."""

from collections.abc import Mapping

_PARTS = {
    "added": ("syndicated", "syndicated"),
    "unchanged": ("kept_out", "kept out, since withdrawn before"),
}  # counts that are of another


def summary_lines(counts: Mapping[str, float]) -> list[str]:
    """An ingest summary's counts as "12 added" and the like, zeros left out.

    What is a part of another count is told with it, so that those before the passages add up to
    the items seen: "34 unchanged (1 kept out, since withdrawn before)".
    """
    said = []
    for name in ("added", "updated", "unchanged", "withdrawn", "quarantined", "passages"):
        if not counts[name]:
            continue
        part, words = _PARTS.get(name, (None, ""))
        of_them = f" ({counts[part]:,} {words})" if part and counts[part] else ""
        said.append(f"{counts[name]:,} {name}{of_them}")
    return said
