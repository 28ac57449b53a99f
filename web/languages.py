"""`/api/v1/languages`: what Brig knows, and what its live workers declared to have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response

from store.model import Scope
from web import views
from web.answers import answer
from web.openapi import Operation, describes
from web.services import services

if TYPE_CHECKING:
    from languages.model import LanguageInfo

blueprint = Blueprint("languages", __name__, url_prefix="/api/v1/languages")


@blueprint.get("")
@describes(
    Operation(
        summary="List the languages",
        tag="languages",
        scope=Scope.READ,
        answer=views.LanguageList,
    )
)
def list_languages() -> Response:
    """List every known language; versions are those of the live workers."""
    return answer(views.LanguageList(languages=known_languages()))


def known_languages() -> list[views.LanguageOut]:
    """Join the registry with what the workers declared; nothing is probed here."""
    versions: dict[str, list[str]] = {}
    for language in services().hosts.languages():
        versions.setdefault(language.name, []).append(language.version)
    return [_presented(info, versions.get(info.name, [])) for info in services().registry.infos()]


def _presented(info: LanguageInfo, versions: list[str]) -> views.LanguageOut:
    return views.LanguageOut(
        name=info.name,
        title=info.title,
        versions=sorted(set(versions)),
        is_installed=bool(versions),
        extensions=list(info.extensions),
        template=info.template,
    )
