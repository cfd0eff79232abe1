"""An error as the command line tells it."""

from rag.errors import NewsciteError, UnauthorizedError, UnreachableError, UsageError


def in_words(error: NewsciteError) -> str:
    """What was wrong and what to do; of an API key, what a command can do about it."""
    if isinstance(error, UnauthorizedError):
        return _about_the_key()
    if isinstance(error, UnreachableError):  # which names the server and says it all
        return _as_a_sentence(error)
    return f"{error.title}: {error}"


def briefly(error: NewsciteError) -> str:
    """The same to somebody who is there and has just typed what was wrong."""
    if type(error) is UsageError:
        return _as_a_sentence(error)
    return in_words(error)


def _as_a_sentence(error: NewsciteError) -> str:
    said = str(error)
    return said[:1].upper() + said[1:]


def _about_the_key() -> str:
    from rag.settings import load_settings

    if load_settings(None).api_key is None:
        said = "This server wants an API key: put one into NEWSCITE_API_KEY."
    else:
        said = "This server does not know the API key in NEWSCITE_API_KEY, or it was revoked."
    return f"{said} newscite keys create makes one."
