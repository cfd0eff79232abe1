"""The one place where newscite is configured: `NEWSCITE_*`, `.env` and `newscite.toml`.

Order of precedence: command line, environment, `.env`, `newscite.toml` (both in the working
folder), defaults. A key that newscite does not know is refused, wherever it stands, because a
misspelt setting that is silently ignored is worse than a start that fails.
"""

import os
from pathlib import Path
from typing import Any, Literal, Self

import platformdirs
from pydantic import Field, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from rag.errors import ConfigurationError
from rag.setting_values import (
    ApiKeys,
    DatabaseUrl,
    Endpoint,
    HostNames,
    ModelSpec,
    Origins,
    RateLimit,
    Secret,
    WebAddress,
)

PREFIX = "NEWSCITE_"
BUNDLED_EMBEDDING = "bge-small-en-v1.5"
BUNDLED_READER = "newscite-reader-1"
BUNDLED_RERANKER = "ms-marco-minilm-l-12-v2"

_ENV_FILE, _TOML_FILE = ".env", "newscite.toml"
# Fields that are or may hold a key: their values are never repeated in a message.
_SECRET = {"llm_api_key", "embedding", "reranker", "api_keys", "api_key"}

# Read by the tests and benchmarks alone; it may stand in the environment beside our settings.
_NOT_SETTINGS = {"NEWSCITE_BENCH_DATA"}


def _cores() -> int:
    """The cores this process may use, which in a container can be fewer than the machine's."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Settings(BaseSettings):
    """All that can be set. Every field `x` is the environment's `NEWSCITE_X`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=_ENV_FILE,
        toml_file=_TOML_FILE,
        extra="forbid",
        env_ignore_empty=True,
        hide_input_in_errors=True,
    )

    data_dir: Path = Field(
        default_factory=lambda: platformdirs.user_data_path("newscite", appauthor=False),
        description="The folder that holds the corpus.",
    )
    database_url: DatabaseUrl | None = Field(
        None, description="SQLAlchemy URL of the archive; default: SQLite in the data folder."
    )
    chroma_url: WebAddress | None = Field(
        None, description="http(s)://host:port of a Chroma server; default: embedded."
    )
    embedding: ModelSpec = Field(
        BUNDLED_EMBEDDING,
        description='The bundled model, or {"class": "a LlamaIndex embedding", ...arguments}.',
    )
    reranker: ModelSpec = Field(
        BUNDLED_READER,
        description=f"What orders and reads passages: {BUNDLED_READER!r}, {BUNDLED_RERANKER!r}, or "
        '{"class": "a LlamaIndex postprocessor", ...arguments}.',
    )
    llm_base_url: Endpoint | None = Field(
        None,
        description="http(s) address of an OpenAI-compatible endpoint, such as "
        "http://127.0.0.1:11434/v1; default: no language model is used.",
    )
    llm_model: str | None = Field(None, min_length=1, description="The endpoint's model.")
    llm_api_key: Secret | None = Field(None, description="The endpoint's key, if it wants one.")
    llm_timeout_s: float = Field(
        30.0,
        gt=0,
        le=600,
        description="Seconds that the model has for an answer; then what is verified by then, or "
        "the extractive answer, is given.",
    )
    answer_from: float = Field(
        0.5,
        ge=0,
        le=1,
        description="How probable it must be that what was read answers, for an answer to be given "
        "(the bundled reader's operating point, see docs/confidence.md).",
    )
    answer_cache: int = Field(
        256,
        ge=0,
        le=100_000,
        description="How many quoted answers are kept in memory until something in the corpus "
        "changes; 0: none.",
    )
    threads: int = Field(
        default_factory=_cores, ge=1, le=256, description="Workers for model runs; default: cores."
    )
    fetch: bool = Field(
        False,
        description="Whether pages, feeds and sitemaps are fetched from the addresses given.",
    )
    fetch_private: bool = Field(
        False, description="Whether also from addresses that are not on the public Internet."
    )
    fetch_delay_s: float = Field(
        1.0, ge=0, le=60, description="Seconds between two requests to one host."
    )
    fetch_pages: int = Field(
        1000, ge=1, le=1_000_000, description="The most documents that a run downloads."
    )
    max_body_bytes: int = Field(
        16_000_000, ge=1024, description="The largest HTTP request body that is read."
    )
    max_upload_bytes: int = Field(
        20_000_000_000,
        ge=1024,
        description="The largest body of an ingest job, which goes to the data folder.",
    )

    hosts: HostNames = Field(
        "",
        description="The names by which clients know the server, such as news.example, separated "
        "by commas; default: any, or none but localhost where only this machine reaches it.",
    )
    log_format: Literal["auto", "json", "pretty"] = Field(
        "auto", description="The server's log: JSON lines or for people; auto: by the terminal."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="What the server logs: this and what is graver."
    )
    otlp_endpoint: WebAddress | None = Field(
        None,
        description="http(s)://host:port of an OTLP collector (gRPC) that traces are sent to; "
        "default: none.",
    )
    question_log: bool = Field(
        False, description="Whether questions and what was cited are kept in the data folder."
    )
    question_log_days: int = Field(
        30, ge=1, le=3650, description="Days after which kept questions are deleted."
    )
    min_free_bytes: int = Field(
        200_000_000, ge=0, description="With less room in the data folder /readyz says no."
    )
    api_keys: ApiKeys = Field(
        (),
        repr=False,
        description="Hashes of API keys, name:scope+scope:sha256, separated by commas; beside "
        "those that `newscite keys` keeps in the archive.",
    )
    api_key: Secret | None = Field(
        None,
        description="The key that the command line sends to the server that holds the corpus, or "
        "that `newscite eval run --system server` names.",
    )
    rate_limit: RateLimit = Field(
        None,
        description="The most requests of a key, or of an address without one: 60/minute, for "
        "example; default: no limit.",
    )
    max_concurrency: int = Field(
        default_factory=lambda: 2 * _cores(),
        ge=1,
        le=256,
        description="How many questions are worked on at a time; default: two a core.",
    )
    max_queue: int = Field(
        32, ge=0, le=10_000, description="How many questions wait for their turn at most."
    )
    request_timeout_s: float | None = Field(
        None,
        gt=0,
        le=3600,
        description="Seconds that a question may take, from when it has come; default: 30 more "
        "than LLM_TIMEOUT_S, which is 60.",
    )
    stop_timeout_s: float = Field(
        40,
        gt=0,
        le=3600,
        description="Seconds that a server which is stopped has for answers under way.",
    )
    cors_origins: Origins = Field(
        (),
        description="Web sites whose pages may use the API, such as https://news.example, "
        "separated by commas; default: none.",
    )

    @model_validator(mode="after")
    def _only_with_an_endpoint(self) -> Self:
        if self.llm_base_url is None:
            for name in ("llm_model", "llm_api_key"):
                if getattr(self, name) is not None:
                    raise ValueError(
                        f"{PREFIX}{name.upper()} is set without {PREFIX}LLM_BASE_URL, "
                        "the endpoint that it is for; set both or neither"
                    )
        return self

    @property
    def host_names(self) -> frozenset[str]:
        """`hosts`, each in small letters."""
        return frozenset(filter(None, map(str.strip, self.hosts.lower().split(","))))

    @model_validator(mode="after")
    def _only_longer_than_the_model(self) -> Self:
        if self.llm_base_url is not None and self.question_timeout_s <= self.llm_timeout_s:
            raise ValueError(
                f"{PREFIX}REQUEST_TIMEOUT_S = {self.question_timeout_s:g} leaves a language model "
                f"no {PREFIX}LLM_TIMEOUT_S = {self.llm_timeout_s:g}; raise the one or lower the "
                "other"
            )
        return self

    @property
    def question_timeout_s(self) -> float:
        """Seconds that a question may take."""
        return self.request_timeout_s or self.llm_timeout_s + 30

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Adds `newscite.toml` below the environment."""
        try:
            toml = TomlConfigSettingsSource(settings_cls)
        except (OSError, ValueError) as error:  # it is no TOML, or no text, or not ours to read
            raise ConfigurationError(
                f"the settings file {Path(_TOML_FILE).absolute()} cannot be read: {error}"
            ) from error
        return init_settings, env_settings, _OwnDotEnv(settings_cls), toml


class _OwnDotEnv(DotEnvSettingsSource):
    """`.env`, which often serves other programs too: keys without our prefix are passed over."""

    def __call__(self) -> dict[str, Any]:
        return {
            key: value
            for key, value in super().__call__().items()
            if key in Settings.model_fields
            or (key.upper().startswith(PREFIX) and key.upper() not in _NOT_SETTINGS)
        }


def load_settings(data_dir: Path | None = None) -> Settings:
    """Reads the settings of this process.

    Args:
        data_dir: the command line's `--data-dir`, which outranks every other source.

    Raises:
        ConfigurationError: a key is unknown or a value is refused; the message names each.
    """
    known = {PREFIX + name.upper() for name in Settings.model_fields} | _NOT_SETTINGS
    unknown = sorted(
        k for k in os.environ if k.upper().startswith(PREFIX) and k.upper() not in known
    )
    if unknown:
        names = ", ".join(name.upper() for name in Settings.model_fields)
        raise ConfigurationError(
            f"unknown setting {', '.join(unknown)} in the environment; "
            f"the settings are {PREFIX} followed by one of {names}"
        )
    given: dict[str, Any] = {} if data_dir is None else {"data_dir": data_dir}
    try:
        return Settings(**given)
    except ValidationError as error:
        raise ConfigurationError(_in_words(error)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"the settings file {Path(_ENV_FILE).absolute()} cannot be read: {error}"
        ) from error


def _in_words(error: ValidationError) -> str:
    """One line a wrong setting, in the user's terms."""
    lines = []
    for problem in error.errors():
        message = problem["msg"].removeprefix("Value error, ")
        if not problem["loc"]:  # settings that do not go together: the message names them
            lines.append(message)
            continue
        name = str(problem["loc"][0])
        key = name.upper() if name.upper().startswith(PREFIX) else PREFIX + name.upper()
        if problem["type"] == "extra_forbidden":
            names = ", ".join(Settings.model_fields)
            files = f"{_ENV_FILE} or {_TOML_FILE}"
            lines.append(f"unknown setting {key} in {files}; there are: {names}")
        else:
            value = "" if name in _SECRET else f" = {problem['input']!r}"
            lines.append(f"{key}{value} is refused: {message}")
    return "; ".join(dict.fromkeys(lines))
