"""Every setting of Sen as one typed object, read from the environment (`SEN_*`) and from `sen.toml`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource


class Settings(BaseSettings):
    """Settings of one installation. Every field is the environment variable `SEN_<NAME>` and documented in docs/operations/settings.md."""

    model_config = SettingsConfigDict(env_prefix="SEN_", toml_file="sen.toml", extra="ignore", populate_by_name=True)

    data: Path = Field(Path("data"), description="Folder for everything that is kept.")
    host: str = Field("127.0.0.1", description="Address the web server listens on.")
    port: int = Field(8000, ge=1, le=65535, description="Port of the web server.")
    database_url: str = Field("", description="PostgreSQL 15 or later instead of the embedded one.")
    clickhouse_url: str = Field(
        "", description="ClickHouse server instead of the embedded one, `http://user:password@host:8123/database`."
    )
    clickhouse_cluster: str = Field(
        "", description="Name of a ClickHouse cluster; tables become replicated and distributed."
    )
    nats_url: str = Field("", description="NATS server instead of the embedded one.")
    nats_binary: str = Field("", description="Path of another nats-server binary.")
    log_sync: str = Field(
        "1s", description="How often the durable log is flushed to disk: `always` or a duration such as `1s`."
    )
    files_url: str = Field(
        "", description="Reserved for object storage; not supported yet, a centre that has it set does not start."
    )
    file_megabytes: int = Field(25, ge=1, le=1024, description="Largest file, in MB, that people may attach.")
    mqtt_host: str = Field("127.0.0.1", description="Address of the MQTT gateway for devices.")
    mqtt_port: int = Field(1883, ge=1, le=65535, description="Port of the MQTT gateway for devices.")
    ftp_port: int = Field(2121, ge=1, le=65535, description="Port of the FTP and FTPS server for station files.")
    ftp_passive_ports: str = Field("2130-2149", description="Port range of passive FTP data connections.")
    sftp_port: int = Field(2222, ge=1, le=65535, description="Port of the SFTP server for station files.")
    device_host: str = Field("127.0.0.1", description="Address on which the FTP and SFTP servers listen.")
    public_hosts: str = Field("", description="Host names, comma separated, under which people reach the centre.")
    https: bool = Field(
        False, description="People reach the centre through HTTPS only: cookies are marked secure and HSTS is sent."
    )
    secret_key: str = Field("", description="Key that signs sessions; generated into the data folder where empty.")
    debug: bool = Field(False, description="Shows details of programming errors; never in production.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="How much the processes log.")
    language: Literal["vi", "en"] = Field("vi", description="Language of new users and of signed-out pages.")
    province: str = Field("82", description="Two-digit code of the province that runs this centre.")
    raw_days_regulatory: int = Field(
        3 * 365, ge=30, description="Days for which single observations of regulatory series are kept."
    )
    raw_days_operational: int = Field(
        2 * 365, ge=30, description="Days for which single observations of operational series are kept."
    )
    raw_days_test: int = Field(90, ge=7, description="Days for which single observations of series on trial are kept.")
    public_address: str = Field(
        "",
        description="Address under which people open the centre, `https://ioc.example.vn`; links in messages start with it.",
    )
    smtp_host: str = Field("", description="Mail server for e-mail notifications; empty switches the carrier off.")
    smtp_port: int = Field(587, ge=1, le=65535, description="Port of the mail server.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="How the connection to the mail server is protected."
    )
    smtp_user: str = Field("", description="User name at the mail server; empty sends without signing in.")
    smtp_password: str = Field("", description="Password at the mail server.")
    mail_from: str = Field("", description="Sender of e-mail notifications; needed where `SEN_SMTP_HOST` is set.")
    webhook_url: str = Field(
        "", description="Address that gets every notification as signed JSON; empty switches it off."
    )
    webhook_secret: str = Field("", description="Key with which webhook calls are signed (HMAC-SHA256).")
    sms_url: str = Field("", description="SMS gateway (docs/notifications.md); empty switches the carrier off.")
    sms_token: str = Field("", description="Token towards the SMS gateway and back from it.")
    zalo_url: str = Field("", description="Zalo gateway (docs/notifications.md); empty switches the carrier off.")
    zalo_token: str = Field("", description="Token towards the Zalo gateway and back from it.")
    carrier_ca: str = Field("", description="File with the certificate authority of carriers inside a closed network.")
    carrier_timeout_s: float = Field(10.0, gt=0, le=60, description="Seconds to wait for an answer of a carrier.")
    messages_per_minute: int = Field(
        6, ge=1, description="Messages to one person over one carrier in a minute; more are joined into one."
    )
    demo: bool = Field(False, description="Marks the installation as simulated; set by `sen up --demo`.")

    @field_validator("files_url")
    @classmethod
    def _refuse_object_storage(cls, address: str) -> str:
        if address:
            raise ValueError("object storage is not supported yet: unset SEN_FILES_URL, files are kept in DATA/files")
        return address

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
