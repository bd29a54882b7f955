"""Settings, all from the environment or a `.env`, checked before anything starts."""

from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.days_off import OrderedDays, read_ordered_days
from bot.keys import Keys
from bot.retention import LONGEST, SHORTEST, Kind, Retention, read_retention
from bot.targets import Targets, read_targets
from bot.texts import label, split_kinds

TELEGRAM = "https://api.telegram.org"
EVALUATIONS = 4
LONGEST_NAME = 30
"""Characters of what an evaluation is called: it stands on a button."""
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
"""Where the organisations are, unless it is said otherwise."""
ACCEPTED = {
    "bot_token": "the token BotFather gave, such as 123456:ABC-DEF",
    "database_url": "sqlite+aiosqlite:///data/chibo.db or postgresql+psycopg://user:password@host/name",
    "telegram_api_url": "the address of a Bot API server, such as http://127.0.0.1:8081",
    "telegram_proxy": "http://…, https://… or socks5://…",
    "timezone": f"a name of the time zone database, such as {ZONE.key}",
    "language": "vi or en",
    "mode": "polling or webhook",
    "secret_key": "one key or several separated by commas, each of at least 32 characters: openssl rand -base64 32",
    "web": "an address and port of this machine, such as 127.0.0.1:8080; empty: no web server",
    "webhook_url": "the https address under which Telegram reaches the web server, such as https://chibo.example.vn",
    "log": "text or json",
    "log_level": "DEBUG, INFO, WARNING or ERROR",
    "backup_passphrase": "at least 12 characters, such as four words",
    "erasures": "a file beside the backups, such as data/erasures.jsonl; empty: erasures are not written down",
    "rate": "a whole number of messages a second from 1 to 1000",
    "chat_rate": "messages a second to one chat, from 0.1 to 1000",
    "group_rate": "a whole number of messages a minute to one group, from 1 to 60000",
    "evidence_mb": "whole megabytes from 0 (bytes of evidence are not kept) to 20, such as 5",
    "paid": "true or false",
    "documents_in_chat": "true or false",
    "approve_above": "a whole number of recipients from 0, such as 200",
    "task_kinds": "up to 12 names separated by “;”, each of 60 characters at most",
    "cell_kinds": "up to 12 names separated by “;”, each of 60 characters at most",
    "task_labels": "four names separated by ;, best first, such as Tốt; Hoàn thành; Chưa hoàn thành; Chưa báo cáo",
    "targets": "numbers of the scorecard with the per cent reached and nearly, such as attendance=85/70, read=90/60",
    "retention": f"kinds of data with the whole days they are kept, {SHORTEST} to {LONGEST},"
    f" such as reasons=60, reports=200; the kinds are {', '.join(Kind)}",
    "days_off": "days and spans, such as 2026-02-16..2026-02-20, 2026-05-02=work",
}
WEBHOOK_NEEDS = ("secret_key", "web", "webhook_url")


class SettingsError(Exception):
    """A setting is wrong or missing; the text names it and what is accepted."""


class Settings(BaseSettings):
    """What can be set, with what holds when nothing is said."""

    model_config = SettingsConfigDict(env_prefix="CHIBO_", env_file=".env", extra="ignore")

    bot_token: SecretStr | None = None
    database_url: str = "sqlite+aiosqlite:///data/chibo.db"
    telegram_api_url: str = TELEGRAM
    telegram_proxy: str | None = None
    timezone: str = ZONE.key
    language: Literal["vi", "en"] = "vi"
    mode: Literal["polling", "webhook"] = "polling"
    secret_key: SecretStr | None = None
    """Seals the tokens of committees' bots; from it the path and the secret of webhooks are derived."""
    web: str = ""
    """Where the web server listens: health, measures, webhooks; empty for none."""
    webhook_url: str | None = None
    """The address under which Telegram reaches the web server."""
    log: Literal["text", "json"] = "text"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """From which level on our own records are written."""
    backup_passphrase: SecretStr | None = None
    """Seals backups; without it `chibo backup` and `chibo restore` ask."""
    erasures: str = "data/erasures.jsonl"
    """Where erasures are written down for the day a backup is restored; empty: nowhere."""
    rate: int = Field(default=30, ge=1, le=1000)
    """Telegram's limit for the whole bot, messages a second: a ceiling."""
    chat_rate: float = Field(default=1, ge=0.1, le=1000)
    """Its limit inside one chat, messages a second in the long run."""
    group_rate: int = Field(default=20, ge=1, le=60000)
    """Its limit inside one group, messages a minute."""
    evidence_mb: int = Field(default=5, ge=0, le=20)
    """Largest photo, document or voice message whose bytes are kept with a report; 0: none are."""
    paid: bool = False
    """Whether broadcasts above the free limit are paid for, with the Stars of the bot."""

    documents_in_chat: bool = True
    """Whether documents of meetings may go through the chat; else they go by the official app only."""

    approve_above: int = Field(default=200, ge=0)
    """A study notice for more recipients than this leaves when an approver has agreed."""

    task_kinds: str = ""
    """The kinds of tasks cells give, separated by semicolons; empty: those of the labels."""

    cell_kinds: str = ""
    """The kinds of cells notices can be narrowed to, separated by semicolons; empty: those of the labels."""

    task_labels: str = ""
    """What the four evaluations of a task are called, best first, where not as in the templates."""

    targets: str = ""
    """What the scorecard's numbers are held against, where not as in `bot/targets.toml`."""

    retention: str = ""
    """How many days kinds of data are kept, where not as in `bot/retention.py`."""

    days_off: str = ""
    """Days off and days worked by order, beside weekends and public holidays."""

    @field_validator("bot_token")
    @classmethod
    def _looks_like_a_token(cls, token: SecretStr | None) -> SecretStr | None:
        if token is None or not token.get_secret_value():
            return None
        number, colon, secret = token.get_secret_value().partition(":")
        if not (number.isdigit() and colon and secret):
            raise ValueError("not a token")
        return token

    @field_validator("database_url")
    @classmethod
    def _a_database_we_speak_to(cls, url: str) -> str:
        if not url.startswith(("sqlite+aiosqlite:///", "postgresql+psycopg://")):
            raise ValueError("unknown database")
        return url

    @field_validator("secret_key")
    @classmethod
    def _long_keys(cls, keys: SecretStr | None) -> SecretStr | None:
        if keys is None or not keys.get_secret_value():
            return None
        Keys(split_keys(keys.get_secret_value()))
        return keys

    @field_validator("web")
    @classmethod
    def _a_host_and_port(cls, text: str) -> str:
        if text:
            read_place(text)
        return text

    @field_validator("webhook_url")
    @classmethod
    def _an_https_address(cls, url: str | None) -> str | None:
        if url and not url.startswith(("https://", "http://127.0.0.1:")):  # the sandbox needs no certificate
            raise ValueError("not https")
        return url.rstrip("/") if url else None

    @property
    def keys(self) -> Keys:
        """The organisation's secret keys; SettingsError when there are none."""
        if self.secret_key is None:
            raise SettingsError(f"CHIBO_SECRET_KEY is not set. It takes {ACCEPTED['secret_key']}.")
        return Keys(split_keys(self.secret_key.get_secret_value()))

    @property
    def hooked(self) -> bool:
        """Whether updates are posted to us; SettingsError names what that needs and is missing."""
        if self.mode != "webhook":
            return False
        missing = [name for name in WEBHOOK_NEEDS if not getattr(self, name)]
        if missing:
            raise SettingsError("\n".join(f"CHIBO_MODE=webhook needs {_what(name)}" for name in missing))
        return True

    @property
    def web_place(self) -> tuple[str, int] | None:
        """Host and port of the web server; None for no web server."""
        return read_place(self.web) if self.web else None

    @field_validator("telegram_api_url", "telegram_proxy")
    @classmethod
    def _an_address(cls, url: str | None) -> str | None:
        if url is not None and not url.startswith(("http://", "https://", "socks5://")):
            raise ValueError("not an address")
        return url.rstrip("/") if url else None

    @field_validator("timezone")
    @classmethod
    def _a_known_zone(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError("unknown zone")
        return name

    @field_validator("days_off")
    @classmethod
    def _days_of_the_calendar(cls, text: str) -> str:
        read_ordered_days(text)
        return text

    @field_validator("targets")
    @classmethod
    def _targets_of_the_scorecard(cls, text: str) -> str:
        read_targets(text)
        return text

    @property
    def scorecard_targets(self) -> Targets:
        """What the scorecard's numbers are held against."""
        return read_targets(self.targets)

    @field_validator("retention")
    @classmethod
    def _kinds_with_days(cls, text: str) -> str:
        read_retention(text)
        return text

    @property
    def kept(self) -> Retention:
        """How many days each kind of data is kept."""
        return read_retention(self.retention)

    @field_validator("task_kinds", "cell_kinds")
    @classmethod
    def _kinds(cls, text: str) -> str:
        split_kinds(text)
        return text

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of tasks."""
        return split_kinds(self.task_kinds) or split_kinds(label("tasks.kinds", self.language))

    @property
    def sorts(self) -> tuple[str, ...]:
        """The kinds of cells."""
        return split_kinds(self.cell_kinds) or split_kinds(label("orgs.sorts", self.language))

    @field_validator("task_labels")
    @classmethod
    def _four_names(cls, text: str) -> str:
        names = read_names(text)
        different = len(set(names) - {""})
        if names and not (different == len(names) == EVALUATIONS and max(map(len, names)) <= LONGEST_NAME):
            raise ValueError("not four names")
        return text

    @property
    def evaluations(self) -> tuple[str, ...]:
        """What the four evaluations of a task are called, best first; nothing where the templates say it."""
        return read_names(self.task_labels)

    @property
    def ordered_days(self) -> OrderedDays:
        """Days off and days worked by order; they go before the calendar."""
        return read_ordered_days(self.days_off)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the organisation: schedules and all words."""
        return ZoneInfo(self.timezone)

    @property
    def token(self) -> str:
        """The bot's token; SettingsError when there is none."""
        if self.bot_token is None:
            raise SettingsError(f"CHIBO_BOT_TOKEN is not set. It takes {ACCEPTED['bot_token']}.")
        return self.bot_token.get_secret_value()

    @property
    def bot(self) -> int:
        """The bot's Telegram id, the number before the colon of its token."""
        return bot_number(self.token)

    @property
    def sqlite_file(self) -> Path | None:
        """The database file, None on PostgreSQL."""
        head, _, path = self.database_url.partition(":///")
        return Path(path) if head.startswith("sqlite") else None


def read_names(text: str) -> tuple[str, ...]:
    """Names separated by semicolons, without the spaces around them."""
    return tuple(name.strip() for name in text.split(";")) if text.strip() else ()


def bot_number(token: str) -> int:
    """A bot's Telegram id, the number before the colon of its token."""
    return int(token.partition(":")[0])


def split_keys(text: str) -> list[str]:
    """Keys separated by commas."""
    return [key.strip() for key in text.split(",")]


def read_place(text: str) -> tuple[str, int]:
    """Host and port of `host:port`; ValueError for anything else."""
    host, _, port = text.rpartition(":")
    if not host or not 0 <= int(port) <= 65535:
        raise ValueError("not a host and a port")
    return host, int(port)


def load(**given: object) -> Settings:
    """The settings from the environment and `.env`; SettingsError names the wrong ones in plain sentences."""
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        raise SettingsError(
            "\n".join(_sentence(str(e["loc"][0]), e["msg"]) for e in error.errors())
        ) from None


def _sentence(name: str, reason: str) -> str:
    """Which setting is wrong and what it takes; where the reason quotes a piece of a long value, that too."""
    quoted = reason[reason.find("«") :] if "«" in reason else ""
    return f"CHIBO_{name.upper()} cannot be used{f': {quoted}' if quoted else ''}. It takes {ACCEPTED[name]}."


def _what(name: str) -> str:
    return f"CHIBO_{name.upper()}. It takes {ACCEPTED[name]}."
