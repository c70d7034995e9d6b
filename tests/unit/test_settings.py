"""Settings: where they come from, what is refused, and what may be shown."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr, ValidationError

from config.secret import ensure_data_folder, ensure_secret
from config.settings import Settings, SettingsError, load_settings, variables

if TYPE_CHECKING:
    from pathlib import Path

KEY = "k" * 40


@pytest.fixture(autouse=True)
def _empty_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.upper().startswith("LANTOA_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def refusal() -> str:
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_defaults_are_those_of_a_small_office(tmp_path: Path) -> None:
    settings = load_settings()
    assert settings.data == tmp_path / "data"
    assert settings.database_url == f"sqlite:///{tmp_path}/data/lantoa.db"
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.timezone == ZoneInfo("Asia/Ho_Chi_Minh")
    assert (settings.host_delay_s, settings.host_concurrency) == (2.0, 1)
    assert (settings.allow_private_hosts, settings.trusted_proxies, settings.handbook_url) == ((), (), None)


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lantoa.toml").write_text(
        'timezone = "UTC"\nhost_delay_s = 0\nallow_private_hosts = ["a.lan", "b:80"]\n'
    )
    monkeypatch.setenv("LANTOA_TIMEZONE", "America/St_Johns")
    settings = load_settings()
    assert settings.timezone.key == "America/St_Johns"
    assert settings.host_delay_s == 0
    assert settings.allow_private_hosts == ("a.lan", "b:80")


def test_an_empty_variable_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANTOA_HANDBOOK_URL", "")
    monkeypatch.setenv("LANTOA_TRUSTED_PROXIES", "")
    assert load_settings().handbook_url is None


def test_comma_lists_are_split_and_trimmed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANTOA_ALLOW_PRIVATE_HOSTS", " news.lan , 10.0.0.0/8,127.0.0.2:8080,")
    monkeypatch.setenv("LANTOA_TRUSTED_PROXIES", "10.0.0.7,fd00::/8")
    settings = load_settings()
    assert settings.allow_private_hosts == ("news.lan", "10.0.0.0/8", "127.0.0.2:8080")
    assert settings.trusted_proxies == ("10.0.0.7/32", "fd00::/8")


def test_every_unknown_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANTOA_TIMEZOME", "UTC")
    monkeypatch.setenv("lantoa_other", "x")
    assert "LANTOA_TIMEZOME" in refusal()
    assert "lantoa_other" in refusal()


def test_every_unknown_key_of_the_file_is_named_on_one_line(tmp_path: Path) -> None:
    (tmp_path / "lantoa.toml").write_text('colour = 1\n"two\\nlines" = 2\n[section]\nx = 1\n')
    assert [word for word in ("colour", "two lines", "section") if f"{word} in lantoa.toml" in refusal()] == [
        "colour",
        "two lines",
        "section",
    ]


@pytest.mark.parametrize("content", [b"host_delay_s = \n", b"\xff\n", b'timezone = "UTC'])
def test_a_file_that_is_not_toml_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "lantoa.toml").write_bytes(content)
    assert refusal().startswith("lantoa.toml is not TOML")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATA", "/etc/passwd"),
        ("DATA", "what?"),
        ("DATABASE_URL", "mysql://host/name"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "lantoa.db"),
        ("SECRET_KEY", "short"),
        ("BASE_URL", "ftp://example.org"),
        ("BASE_URL", "http://example.org/lantoa"),
        ("BASE_URL", "http://user:pw@example.org"),
        ("BASE_URL", "http://[::1"),
        ("BASE_URL", "http://example.org:99999"),
        ("TIMEZONE", "Asia/Saigon_City"),
        ("TIMEZONE", "../etc"),
        ("HOST_DELAY_S", "-1"),
        ("HOST_DELAY_S", "nan"),
        ("HOST_CONCURRENCY", "0"),
        ("HANDBOOK_URL", "javascript:alert(1)"),
        ("TRUSTED_PROXIES", "*"),
        ("TRUSTED_PROXIES", "0.0.0.0/0"),
        ("TRUSTED_PROXIES", "::/0"),
        ("TRUSTED_PROXIES", "proxy.lan"),
    ],
)
def test_a_wrong_value_is_refused_under_its_name(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"LANTOA_{name}", value)
    assert refusal().startswith(f"LANTOA_{name}: ")


def test_the_words_of_a_refusal_hold_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANTOA_SECRET_KEY", "opensesame")
    monkeypatch.setenv("LANTOA_DATABASE_URL", "mysql://user:opensesame@host/name")
    assert "opensesame" not in refusal()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_a_postgresql_address_always_names_its_driver(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANTOA_DATABASE_URL", f"{scheme}://u@h:5432/n")
    assert load_settings().database_url == "postgresql+psycopg://u@h:5432/n"


def test_links_are_built_on_an_origin_without_a_final_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANTOA_BASE_URL", "https://Lantoa.Example.org/")
    assert load_settings().base_url == "https://lantoa.example.org"


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("https://lantỏa.Example.vn/", "https://xn--lanta-i91b.example.vn"),
        ("http://lantỏa.vn:8080", "http://xn--lanta-i91b.vn:8080"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_an_origin_is_written_as_browsers_send_it(monkeypatch: pytest.MonkeyPatch, written: str, origin: str) -> None:
    monkeypatch.setenv("LANTOA_BASE_URL", written)
    assert load_settings().base_url == origin


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError):
        load_settings().base_url = "http://other"


def test_what_is_shown_holds_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANTOA_SECRET_KEY", KEY)
    monkeypatch.setenv("LANTOA_DATABASE_URL", f"postgresql://u:{KEY}@h/n?sslmode=require&sslpassword={KEY}")
    settings = load_settings()
    shown = settings.shown()
    assert set(shown) == set(variables().values())
    assert KEY not in f"{shown}{settings!r}{settings}"
    assert shown["database_url"] == "postgresql+psycopg://u:***@h/n?sslmode=require&sslpassword=***"
    assert shown["timezone"] == "Asia/Ho_Chi_Minh"


def test_a_given_key_is_used_and_nothing_is_written(tmp_path: Path) -> None:
    assert ensure_secret(Settings(data=tmp_path / "d", secret_key=SecretStr(KEY))) == KEY.encode()
    assert not (tmp_path / "d").exists()


def test_the_key_is_made_once_and_closed_to_others(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "d")
    key = ensure_secret(settings)
    assert len(key) == 64
    assert ensure_secret(settings) == key
    assert [path.name for path in settings.data.iterdir()] == ["secret_key"]
    assert stat.S_IMODE((settings.data / "secret_key").stat().st_mode) == 0o600
    assert stat.S_IMODE(settings.data.stat().st_mode) == 0o700


def test_a_kept_key_given_by_the_environment_is_the_same_key(tmp_path: Path) -> None:
    kept = ensure_secret(Settings(data=tmp_path / "d"))
    text = SecretStr((tmp_path / "d" / "secret_key").read_text())
    assert ensure_secret(Settings(data=tmp_path / "e", secret_key=text)) == kept


def test_a_key_left_open_is_closed_again(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    key = ensure_secret(settings)
    (tmp_path / "secret_key").chmod(0o644)
    assert ensure_secret(settings) == key
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_a_broken_key_is_refused_rather_than_replaced(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("")
    with pytest.raises(SettingsError, match="too short"):
        ensure_secret(Settings(data=tmp_path))


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="cannot be made"):
        ensure_data_folder(Settings(data=tmp_path / "file" / "data"))
