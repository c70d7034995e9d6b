"""The one frozen `Settings`: what an office may set, from the environment and `lantoa.toml`.

Nothing of the house is imported here; `lantoa.wiring` loads the settings once and hands values down.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict, TomlConfigSettingsSource
from typing_extensions import override

from config import checks

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails
    from pydantic_settings import PydanticBaseSettingsSource

PREFIX = "LANTOA_"
FILE_NAME = "lantoa.toml"
HIDDEN = "***"
NOT_CALLED = "default_factory_not_called"  # the data folder is wrong, which has its own words

Words = Annotated[tuple[str, ...], NoDecode]  # a comma list in the environment, a list or a comma list in the file


class SettingsError(ValueError):
    """Settings that cannot be used; the text is one line, names each setting at fault and holds no secret."""

    code: ClassVar[Literal["settings.invalid"]] = "settings.invalid"


def _database_in(values: dict[str, Any]) -> str:
    """Place the default database in the data folder."""
    return f"sqlite:///{values['data'] / 'lantoa.db'}"


class Settings(BaseSettings):
    """Every setting (docs/settings.md). Load it with `load_settings`; a made-up one for a test takes keywords."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        toml_file=FILE_NAME,
        extra="forbid",
        frozen=True,
        validate_default=True,
    )

    data: Path = Path("data")
    database_url: str = Field(default_factory=_database_in, repr=False)  # it may hold a password
    secret_key: SecretStr | None = None
    base_url: str = "http://127.0.0.1:8000"
    timezone: ZoneInfo = ZoneInfo("Asia/Ho_Chi_Minh")
    allow_private_hosts: Words = ()
    host_delay_s: float = Field(default=2.0, ge=0, le=3600, allow_inf_nan=False)
    host_concurrency: int = Field(default=1, ge=1, le=64)
    handbook_url: str | None = None
    trusted_proxies: Words = ()

    @classmethod
    @override
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read keywords, then the environment, then the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @field_validator("data", mode="after")
    @classmethod
    def _whole_folder(cls, value: Path) -> Path:
        return checks.folder(value)

    @field_validator("database_url", mode="after")
    @classmethod
    def _known_database(cls, value: str) -> str:
        return checks.database_url(value)

    @field_validator("secret_key", mode="after")
    @classmethod
    def _long_key(cls, value: SecretStr | None) -> SecretStr | None:
        return SecretStr(checks.secret_key(value.get_secret_value())) if value else None

    @field_validator("base_url", mode="after")
    @classmethod
    def _origin(cls, value: str) -> str:
        return checks.origin(value)

    @field_validator("timezone", mode="before")
    @classmethod
    def _known_zone(cls, value: object) -> object:
        return checks.zone(value)

    @field_validator("handbook_url", mode="after")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        return checks.web_address(value) if value else None

    @field_validator("allow_private_hosts", "trusted_proxies", mode="before")
    @classmethod
    def _comma_list(cls, value: object) -> object:
        return checks.comma_list(value)

    @field_validator("trusted_proxies", mode="after")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return checks.networks(value)

    def shown(self) -> dict[str, str]:
        """Give every setting as text for people, with secrets hidden."""
        return {name: checks.shown(name, getattr(self, name), hidden=HIDDEN) for name in type(self).model_fields}


def load_settings() -> Settings:
    """Read the environment and `lantoa.toml` of the working directory; SettingsError names whatever is wrong."""
    known = variables()
    if unknown := sorted(name for name in os.environ if name.upper().startswith(PREFIX) and name.upper() not in known):
        raise SettingsError("; ".join(f"{name}: there is no such setting" for name in unknown))
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError("; ".join(_words(item) for item in error.errors() if item["type"] != NOT_CALLED)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{FILE_NAME} is not TOML: {' '.join(str(error).split())}") from None
    except OSError as error:
        raise SettingsError(f"{FILE_NAME} cannot be read: {error.strerror}") from None


def variables() -> dict[str, str]:
    """Map each environment variable to the name of its setting."""
    return {PREFIX + name.upper(): name for name in Settings.model_fields}


def _words(error: ErrorDetails) -> str:
    """Say in one line which setting is wrong and why; never the value, which may be a secret."""
    name = checks.CONTROL.sub(" ", str(error["loc"][0])) if error["loc"] else ""
    variable = PREFIX + name.upper()
    place = variable if os.environ.get(variable) else f"{name} in {FILE_NAME}"
    if error["type"] == "extra_forbidden":
        return f"{place}: there is no such setting"
    return f"{place}: {error.get('ctx', {}).get('error', error['msg'])}"
