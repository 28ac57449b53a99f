"""`/openapi.json` for machines and `/docs` for people, both made from the routes."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, current_app, json, render_template
from markupsafe import Markup, escape

from web.openapi import build_document

if TYPE_CHECKING:
    from collections.abc import Iterator

blueprint = Blueprint("docs", __name__)


@blueprint.get("/openapi.json")
def openapi_json() -> Response:
    """Answer with the OpenAPI document."""
    text = json.dumps(document(), ensure_ascii=False, indent=1, sort_keys=False)
    return Response(text + "\n", mimetype="application/json")


@blueprint.get("/docs")
def docs() -> Response:
    """Draw the same document as a page."""
    described = document()
    page = render_template(
        "docs.html",
        groups=_groups(described),
        schemas=described["components"]["schemas"],
        type_of=type_of,
        inline_code=inline_code,
    )
    return Response(page, mimetype="text/html")


def document() -> dict[str, Any]:
    """Return the OpenAPI document of this app."""
    return build_document(current_app._get_current_object(), brig_version())  # type: ignore[attr-defined]  # noqa: SLF001 - werkzeug's own way to the app behind the proxy


def brig_version() -> str:
    """Return the installed version, or `0` in a bare checkout."""
    try:
        return version("brig")
    except PackageNotFoundError:
        return "0"


def inline_code(text: str) -> Markup:
    """Escape a text and draw what stands between backticks as code."""
    parts = [escape(part) for part in text.split("`")]
    drawn = [Markup("<code>%s</code>") % p if i % 2 else p for i, p in enumerate(parts)]
    return Markup("").join(drawn)


def type_of(schema: dict[str, Any]) -> str:
    """Write a JSON Schema as a short type: `string | null`, `list of TestResultOut`."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return " | ".join(type_of(choice) for choice in schema[key])
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    if "const" in schema:
        return str(schema["const"])
    if schema.get("type") == "array":
        return f"list of {type_of(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type", "any"))


def _groups(described: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for operation in _operations(described):
        groups.setdefault(operation["tags"][0], []).append(operation)
    order = ("submissions", "languages", "problems", "health")
    return {tag: groups[tag] for tag in (*order, *groups) if tag in groups}


def _operations(described: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            body = operation.get("requestBody", {}).get("content", {})
            yield {
                **operation,
                "path": path,
                "method": method.upper(),
                "body": {kind: content["schema"] for kind, content in body.items()},
            }
