"""What gunicorn calls in its worker process: the configuration becomes the web application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.config import load_config
from cli.errors import ConfigError, Mistake
from web.app import create_app
from web.settings import WebSettings

if TYPE_CHECKING:
    from flask import Flask

    from cli.config import Config


def application() -> Flask:
    """Read the configuration and make the application. Raises ConfigError."""
    return create_app(web_settings(load_config()))


def web_settings(config: Config) -> WebSettings:
    """Derive what the web room is told. Raises ConfigError when it has no queue."""
    if config.redis_url is None:
        raise ConfigError((Mistake(name="BRIG_REDIS_URL", message="the web server needs it"),))
    return WebSettings(
        database_url=config.database_url_or_default,
        redis_url=config.redis_url,
        data_path=config.state_dir,
        trusted_hosts=config.trusted_hosts,
        secure_cookie=config.secure_cookie,
        login_token_sha256=config.login_token_sha256,
        login_key=config.login_key,
    )
