"""Counts tokens as the bundled embedder does; passages are measured in them."""

from collections.abc import Callable

from tokenizers import Tokenizer

from rag import bundled


def token_counter() -> Callable[[str], int]:
    """A function from a text to its number of tokens, special tokens left out.

    Raises:
        ModelError: the bundled tokenizer is missing or altered.
    """
    tokenizer = Tokenizer.from_file(str(bundled.locate(bundled.EMBEDDER).tokenizer))
    tokenizer.no_truncation()
    return lambda text: len(tokenizer.encode(text, add_special_tokens=False).ids)
