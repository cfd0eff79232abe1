"""Builds a configured LlamaIndex part from `{"class": "package.module.Class", ...arguments}`."""

from importlib import import_module
from typing import Any

from rag.errors import ConfigurationError


def build(spec: dict[str, Any], base: type, setting: str) -> Any:
    """Imports the class that `spec` names and calls it with the spec's other items.

    Returns:
        An instance of `base`.

    Args:
        spec: the setting's value.
        base: what the class has to be a subclass of.
        setting: the setting's name, for messages.

    Raises:
        ConfigurationError: there is no such class, it is of another kind, or it refuses.
    """
    arguments = dict(spec)
    path = str(arguments.pop("class", ""))
    module, _, name = path.rpartition(".")
    if not module:
        raise ConfigurationError(
            f'{setting} needs a "class" such as "llama_index.embeddings.ollama.OllamaEmbedding"'
        )
    try:
        found = getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise ConfigurationError(
            f"{setting} names {path}, which cannot be imported ({error}); is its package installed?"
        ) from error
    if not (isinstance(found, type) and issubclass(found, base)):
        raise ConfigurationError(f"{setting} names {path}, which is not a {base.__name__}")
    try:
        return found(**arguments)
    except Exception as error:  # whatever a foreign constructor raises is a refused setting
        raise ConfigurationError(f"{setting}: {path} refuses its arguments: {error}") from error
