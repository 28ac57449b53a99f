"""The Flask application: native API under /api/v1, the page, documentation and health.

Knows HTTP and the store; what a kernel or a compiler is, it does not know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask

from web import docs, drawing, events, health, languages, page, problems, submissions, wording
from web.auth import register_auth
from web.errors import register_errors
from web.security import register_security
from web.services import EXTENSION, open_services

if TYPE_CHECKING:
    from web.services import Services
    from web.settings import WebSettings


def create_app(settings: WebSettings, services: Services | None = None) -> Flask:
    """Make the application; call it in the process that will serve, after any fork.

    `services` are opened from the settings unless given. Raises StoreError and LanguageError.
    """
    app = Flask("web", static_folder="static", template_folder="templates")
    app.config["MAX_CONTENT_LENGTH"] = settings.body_max_bytes
    app.config["MAX_FORM_MEMORY_SIZE"] = settings.body_max_bytes
    app.config["TRUSTED_HOSTS"] = list(settings.trusted_hosts) or None
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 0
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.extensions[EXTENSION] = services or open_services(settings)
    _register_words(app)
    register_security(app)
    register_errors(app)
    register_auth(app)
    for module in (submissions, events, languages, problems, health, docs, page):
        app.register_blueprint(module.blueprint)
    return app


def _register_words(app: Flask) -> None:
    """Give the templates the words and numbers that people read."""
    app.jinja_env.globals.update(
        ms=wording.milliseconds,
        size=wording.byte_size,
        percent=wording.percent,
        editor_mode=drawing.editor_mode,
        version=docs.brig_version(),
    )
