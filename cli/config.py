"""The configuration: `BRIG_*` variables and an optional TOML file, read once, here alone.

`load_config` is called by a command and the frozen result is passed down as values. The file is
the one that `BRIG_CONFIG` names; its keys are the variables' names in lower case without the
prefix, and a variable wins over it.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from cli.errors import ConfigError, Mistake

if TYPE_CHECKING:
    from collections.abc import Mapping

_PREFIX = "BRIG_"
_PORT_MAX = 0xFFFF
_CHECKOUT = Path(__file__).resolve().parent.parent
_REDIS_SCHEMES = ("redis", "rediss", "unix")
_DATABASE_SCHEMES = ("sqlite", "postgresql", "postgresql+psycopg")
# Read by the test suite, not by a command; they must not stop a command that a test starts.
_OF_THE_TESTS = ("BRIG_REQUIRE_JAIL", "BRIG_UML_")


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links


def _redis_url(url: str) -> str:
    if urlsplit(url).scheme not in _REDIS_SCHEMES:
        raise ValueError("must be redis://host:port/db, rediss://... or unix:///path/to/socket")
    return url


def _database_url(url: str) -> str:
    if urlsplit(url).scheme not in _DATABASE_SCHEMES:
        raise ValueError("must be sqlite:////path/to/file or postgresql://user@host/database")
    return url


def _listen(address: str) -> str:
    host, separator, port = address.rpartition(":")
    if not separator or not host:
        raise ValueError("must be HOST:PORT, such as 127.0.0.1:8000 or [::1]:8000")
    if not (port.isascii() and port.isdigit() and int(port) <= _PORT_MAX):
        raise ValueError("the port must be a number from 0 to 65535")
    return address


def default_data_dir() -> Path:
    """`var/` in a checkout, else `/var/lib/brig`."""
    is_checkout = (_CHECKOUT / "uv.lock").is_file()
    return _CHECKOUT / "var" if is_checkout else Path("/var/lib/brig")


def default_run_dir() -> Path:
    """`/run/brig` for root, else a directory of the user's own."""
    if os.geteuid() == 0:
        return Path("/run/brig")
    session_dir = os.environ.get("XDG_RUNTIME_DIR")
    return Path(session_dir) / "brig" if session_dir else Path(f"/tmp/brig-{os.geteuid()}")


class Config(BaseModel):
    """Everything that may be set. None means that `brig serve` brings its own.

    `data_dir` holds all that lasts. `run_dir` holds sockets. `cgroup` is a delegated cgroup v2
    directory (None: the jailer chooses). `slots` None means one per usable core.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    data_dir: Annotated[Path, AfterValidator(_absolute)] = Field(default_factory=default_data_dir)
    run_dir: Annotated[Path, AfterValidator(_absolute)] = Field(default_factory=default_run_dir)
    redis_url: Annotated[str, AfterValidator(_redis_url)] | None = None
    database_url: Annotated[str, AfterValidator(_database_url)] | None = None
    listen: Annotated[str, AfterValidator(_listen)] = "127.0.0.1:8000"
    slots: Annotated[int, Field(ge=1, le=1024)] | None = None
    cgroup: Annotated[Path, AfterValidator(_absolute)] | None = None
    trusted_hosts: tuple[str, ...] = ()
    secure_cookie: bool = False
    # Told by `brig serve` to its web server: who has the link opens the page with this key, once.
    login_key: str | None = None
    login_token_sha256: str | None = None
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_to: Literal["files", "stderr"] = "files"

    @property
    def database_url_or_default(self) -> str:
        """The URL of the database: one SQLite file in `state_dir` unless told otherwise."""
        return self.database_url or f"sqlite:///{self.state_dir / 'brig.sqlite'}"

    @property
    def state_dir(self) -> Path:
        """What web and worker write: SQLite and blobs. `data_dir` itself stays root's."""
        return self.data_dir / "state"

    @property
    def slot_count(self) -> int:
        """How many jails may run at a time on this host."""
        return self.slots or len(os.sched_getaffinity(0))

    @property
    def listen_host(self) -> str:
        """The host part of `listen`, without the brackets of IPv6."""
        return self.listen.rpartition(":")[0].strip("[]")

    @property
    def listen_port(self) -> int:
        """The port of `listen`; 0 lets the kernel choose one."""
        return int(self.listen.rpartition(":")[2])


def to_environ(config: Config) -> dict[str, str]:
    """Write a configuration as the variables that `load_config` reads."""
    environ: dict[str, str] = {}
    for key, value in config.model_dump(mode="json", exclude_none=True).items():
        text = ",".join(value) if isinstance(value, list) else str(value)
        if text:
            environ[_PREFIX + key.upper()] = text
    return environ


def load_config(environ: Mapping[str, str] | None = None) -> Config:
    """Read the configuration. Raises ConfigError with every mistake."""
    environ = os.environ if environ is None else environ
    variables = {
        name.removeprefix(_PREFIX).lower(): value
        for name, value in environ.items()
        if name.startswith(_PREFIX) and not name.startswith(_OF_THE_TESTS)
    }
    mistakes: list[Mistake] = []
    file_path = variables.pop("config", None)
    values = _read_file(Path(file_path), mistakes) if file_path else {}
    values.update(_split_lists(variables))
    try:
        config = Config(**values)
    except ValidationError as error:
        mistakes += [_mistake_of(detail) for detail in error.errors()]
    if mistakes:
        raise ConfigError(tuple(mistakes))
    return config


def _read_file(path: Path, mistakes: list[Mistake]) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except OSError as error:
        mistakes.append(Mistake(name="BRIG_CONFIG", message=f"{path}: {error.strerror}"))
    except ValueError as error:  # TOMLDecodeError, and text that is not UTF-8
        mistakes.append(Mistake(name="BRIG_CONFIG", message=f"{path}: {error}"))
    return {}


def _split_lists(variables: Mapping[str, str]) -> dict[str, Any]:
    # A variable that is a list holds its members with commas between.
    values: dict[str, Any] = dict(variables)
    if "trusted_hosts" in values:
        values["trusted_hosts"] = [h for h in values["trusted_hosts"].split(",") if h]
    return values


def _mistake_of(detail: Mapping[str, Any]) -> Mistake:
    key = str(detail["loc"][0])
    name = _PREFIX + key.upper()
    if detail["type"] == "extra_forbidden":
        known = [*Config.model_fields, "config"]
        near = difflib.get_close_matches(key, known, n=1)
        hint = f"; did you mean {_PREFIX}{near[0].upper()}?" if near else ""
        return Mistake(name=name, message=f"no such setting{hint}")
    message = str(detail["msg"]).removeprefix("Value error, ")
    may_hold_a_password = key.endswith(("_url", "_key"))
    shown = "" if may_hold_a_password else f" (it is {detail['input']!r})"
    return Mistake(name=name, message=message + shown)
