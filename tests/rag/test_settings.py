"""Settings come from four places in a fixed order, and a key nobody knows is never ignored."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from rag.errors import ConfigurationError
from rag.settings import BUNDLED_EMBEDDING, BUNDLED_READER, Settings, load_settings

Env = pytest.MonkeyPatch


def test_with_nothing_configured_everything_has_a_default(bare: Path) -> None:
    settings = load_settings()
    assert settings.embedding == BUNDLED_EMBEDDING
    assert settings.reranker == BUNDLED_READER
    assert settings.database_url is None
    assert settings.chroma_url is None
    assert settings.llm_base_url is settings.llm_model is settings.llm_api_key is None
    assert settings.threads >= 1
    assert settings.data_dir.name == "newscite"


def test_the_environment_is_read(bare: Path, monkeypatch: Env) -> None:
    monkeypatch.setenv("NEWSCITE_THREADS", "3")
    monkeypatch.setenv("NEWSCITE_EMBEDDING", '{"class": "a.B", "embed_dim": 5}')
    settings = load_settings()
    assert settings.threads == 3
    assert settings.embedding == {"class": "a.B", "embed_dim": 5}


def test_a_variable_set_to_nothing_is_as_good_as_unset(bare: Path, monkeypatch: Env) -> None:
    monkeypatch.setenv("NEWSCITE_THREADS", "")
    assert load_settings().threads >= 1


def test_newscite_toml_is_read(bare: Path) -> None:
    (bare / "newscite.toml").write_text(
        'threads = 3\n[embedding]\nclass = "a.B"\nembed_dim = 5\n', encoding="utf-8"
    )
    settings = load_settings()
    assert settings.threads == 3
    assert settings.embedding == {"class": "a.B", "embed_dim": 5}


def test_dotenv_is_read(bare: Path) -> None:
    (bare / ".env").write_text("NEWSCITE_THREADS=3\n", encoding="utf-8")
    assert load_settings().threads == 3


def test_the_command_line_outranks_the_environment_and_that_the_files(
    bare: Path, monkeypatch: Env
) -> None:
    (bare / "newscite.toml").write_text('data_dir = "from-toml"\n', encoding="utf-8")
    assert load_settings().data_dir == Path("from-toml")
    (bare / ".env").write_text("NEWSCITE_DATA_DIR=from-dotenv\n", encoding="utf-8")
    assert load_settings().data_dir == Path("from-dotenv")
    monkeypatch.setenv("NEWSCITE_DATA_DIR", "from-environment")
    assert load_settings().data_dir == Path("from-environment")
    assert load_settings(Path("from-command-line")).data_dir == Path("from-command-line")


def test_an_unknown_key_in_the_environment_is_refused_by_name(bare: Path, monkeypatch: Env) -> None:
    monkeypatch.setenv("NEWSCITE_TREADS", "3")
    with pytest.raises(ConfigurationError, match=r"unknown setting NEWSCITE_TREADS .*THREADS"):
        load_settings()


@pytest.mark.parametrize(
    ("name", "content"), [(".env", "NEWSCITE_TREADS=3\n"), ("newscite.toml", "treads = 3\n")]
)
def test_an_unknown_key_in_a_file_is_refused_by_name(bare: Path, name: str, content: str) -> None:
    (bare / name).write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"unknown setting NEWSCITE_TREADS .*threads"):
        load_settings()


@pytest.mark.parametrize("value", ["many", "0", "257", "1.5"])
def test_a_wrong_value_is_refused_with_its_key(bare: Path, monkeypatch: Env, value: str) -> None:
    monkeypatch.setenv("NEWSCITE_THREADS", value)
    with pytest.raises(ConfigurationError, match=f"NEWSCITE_THREADS = '{value}' is refused"):
        load_settings()


@pytest.mark.parametrize(
    ("name", "content"), [(".env", "NEWSCITE_THREADS=0\n"), ("newscite.toml", "threads = 0\n")]
)
def test_a_wrong_value_in_a_file_is_refused_with_its_key(
    bare: Path, name: str, content: str
) -> None:
    (bare / name).write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"NEWSCITE_THREADS = .* is refused"):
        load_settings()


def test_every_wrong_setting_is_named_at_once(bare: Path, monkeypatch: Env) -> None:
    monkeypatch.setenv("NEWSCITE_THREADS", "0")
    monkeypatch.setenv("NEWSCITE_CHROMA_URL", "localhost:8001")
    with pytest.raises(ConfigurationError, match="NEWSCITE_THREADS") as refused:
        load_settings()
    assert refused.match(
        r"NEWSCITE_CHROMA_URL = 'localhost:8001' is refused: must look like http://"
    )


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("NEWSCITE_DATABASE_URL", "postgresql://db/news", "only sqlite:///PATH"),
        ("NEWSCITE_CHROMA_URL", "chroma.local", "must look like http://host:port"),
        ("NEWSCITE_MAX_BODY_BYTES", "10", "greater than or equal to 1024"),
        ("NEWSCITE_LLM_TIMEOUT_S", "0", "greater than 0"),
        ("NEWSCITE_LLM_TIMEOUT_S", "601", "less than or equal to 600"),
        ("NEWSCITE_LLM_TIMEOUT_S", "nan", "less than or equal to 600"),
    ],
)
def test_what_cannot_be_honoured_is_refused(
    bare: Path, monkeypatch: Env, key: str, value: str, said: str
) -> None:
    monkeypatch.setenv(key, value)
    with pytest.raises(ConfigurationError, match=key) as refused:
        load_settings()
    assert refused.match(said)


@pytest.mark.parametrize("content", [b"threads = = 3\n", b"threads = \xff\n"])
def test_a_toml_file_that_is_no_toml_is_refused_by_name(bare: Path, content: bytes) -> None:
    (bare / "newscite.toml").write_bytes(content)
    with pytest.raises(ConfigurationError, match="cannot be read") as refused:
        load_settings()
    assert f"the settings file {bare / 'newscite.toml'} " in str(refused.value)


def test_a_dotenv_that_is_no_text_is_refused_by_name(bare: Path) -> None:
    (bare / ".env").write_bytes(b"NEWSCITE_THREADS=\xff\xfe3\n")
    with pytest.raises(ConfigurationError, match="cannot be read") as refused:
        load_settings()
    assert f"the settings file {bare / '.env'} " in str(refused.value)


@pytest.mark.parametrize("name", ["NEWSCITE_EMBEDDING", "NEWSCITE_RERANKER"])
@pytest.mark.parametrize(
    "value", ['{"class": "a.B", "api_key": "sk-1"', "{'class': 'a.B', 'api_key': 'sk-1'}"]
)
def test_json_with_a_slip_is_refused_and_not_repeated(
    bare: Path, monkeypatch: Env, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match="is refused: it is not valid JSON: ") as refused:
        load_settings()
    assert str(refused.value).startswith(name)
    assert "sk-1" not in str(refused.value)


def test_json_in_the_toml_file_is_read_too(bare: Path) -> None:
    (bare / "newscite.toml").write_text("""embedding = '{"class": "a.B"}'\n""", encoding="utf-8")
    assert load_settings().embedding == {"class": "a.B"}


ENDPOINT = "NEWSCITE_LLM_BASE_URL"
KEY = "sk-never-to-be-seen"


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:11434/v1", "https://llm.example/v1/", "http://[::1]:80/v1"]
)
def test_a_language_model_is_an_endpoint_a_name_and_a_key(
    bare: Path, monkeypatch: Env, url: str
) -> None:
    monkeypatch.setenv(ENDPOINT, url)
    monkeypatch.setenv("NEWSCITE_LLM_MODEL", "small")
    monkeypatch.setenv("NEWSCITE_LLM_API_KEY", KEY)
    settings = load_settings()
    assert (settings.llm_base_url, settings.llm_model) == (url, "small")
    assert settings.llm_api_key is not None
    assert settings.llm_api_key.get_secret_value() == KEY
    assert KEY not in f"{settings!r} {settings} {settings.model_dump_json()}"


@pytest.mark.parametrize(
    "url",
    ["llm.example/v1", "ftp://llm.example", "http://", "http://h:x/v1", "http://h/v1?key=1",
     "http://h /v1"],
)  # fmt: skip
def test_an_endpoint_that_is_no_http_address_is_refused(
    bare: Path, monkeypatch: Env, url: str
) -> None:
    monkeypatch.setenv(ENDPOINT, url)
    with pytest.raises(ConfigurationError, match=f"{ENDPOINT} = .* must look like http://host"):
        load_settings()


@pytest.mark.parametrize("name", ["NEWSCITE_LLM_MODEL", "NEWSCITE_LLM_API_KEY"])
def test_what_belongs_to_an_endpoint_is_refused_without_one(
    bare: Path, monkeypatch: Env, name: str
) -> None:
    monkeypatch.setenv(name, KEY)
    with pytest.raises(ConfigurationError, match=f"{name} is set without {ENDPOINT}") as refused:
        load_settings()
    assert KEY not in str(refused.value)


@pytest.mark.parametrize("key", [f"{KEY} x", f"{KEY}\n", f"{KEY}é", " "])
def test_a_key_that_no_request_can_carry_is_refused_and_not_repeated(
    bare: Path, monkeypatch: Env, key: str
) -> None:
    monkeypatch.setenv(ENDPOINT, "http://llm.example/v1")
    monkeypatch.setenv("NEWSCITE_LLM_API_KEY", key)
    with pytest.raises(ConfigurationError, match="NEWSCITE_LLM_API_KEY is refused: ") as refused:
        load_settings()
    assert KEY not in f"{refused.value} {refused.value.__cause__}"


def test_no_error_about_another_setting_shows_the_key(bare: Path) -> None:
    with pytest.raises(ValidationError) as refused:
        Settings.model_validate({"llm_api_key": KEY, "threads": 0})
    assert KEY not in str(refused.value)
    with pytest.raises(ValidationError, match="without NEWSCITE_LLM_BASE_URL") as refused:
        Settings.model_validate({"llm_api_key": KEY})
    assert KEY not in str(refused.value)


def test_the_benchmarks_own_variable_is_tolerated(bare: Path, monkeypatch: Env) -> None:
    monkeypatch.setenv("NEWSCITE_BENCH_DATA", "/somewhere")
    load_settings()


def test_the_benchmarks_own_variable_is_tolerated_in_dotenv(bare: Path) -> None:
    (bare / ".env").write_text("NEWSCITE_BENCH_DATA=/somewhere\n", encoding="utf-8")
    load_settings()


def test_other_programs_keys_in_dotenv_are_tolerated(bare: Path) -> None:
    (bare / ".env").write_text("OPENAI_API_KEY=x\nTHREADS=many\nDATA_DIR=/elsewhere\n", "utf-8")
    assert load_settings().data_dir.name == "newscite"
