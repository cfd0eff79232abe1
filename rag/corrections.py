"""What a reader of an answer is told of corrections to the articles that it cites."""

from collections.abc import Sequence

from rag.types import Citation


def correction_notes(citations: Sequence[Citation]) -> list[str]:
    """What was corrected in the articles that are cited, each thing once."""
    notes = []
    for cited in citations:
        if cited.correction:
            notes.append(f"The article “{cited.title}” was corrected: {cited.correction}")
        if cited.corrected_since:
            notes.append(
                f"The article “{cited.title}” was corrected after version {cited.version}, which "
                f"is quoted: {cited.corrected_since}"
            )
    return list(dict.fromkeys(notes))
