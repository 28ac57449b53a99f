"""`/openapi.json`, made from the routes themselves and the pydantic models they name.

A view says what it takes and gives with `@describes(Operation(...))`; nothing is written twice.
A test holds that every route under /api/v1 is described and that answers fit their models.
OpenAPI 3.1, whose schemas are JSON Schema 2020-12, which is what pydantic writes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic.json_schema import models_json_schema

from web.views import ErrorOut

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from pydantic import BaseModel
    from werkzeug.routing import Rule

    from store.model import Scope

View = TypeVar("View", bound="Callable[..., Any]")
_REFERENCE = "#/components/schemas/{model}"
_ERRORS = {
    400: "The request breaks a rule; `field` names what to change.",
    401: "No key, or one that is unknown, expired or revoked.",
    403: "The key lacks the scope.",
    404: "Unknown, or another owner's.",
    409: "The Idempotency-Key was used for another body.",
    410: "What was stored of it is not there any more.",
    413: "Larger than this address takes; `field` names what.",
    415: "The body has another media type.",
    503: "A budget is spent or the queue is away; see Retry-After.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One query parameter or header of an operation."""

    name: str
    text: str
    place: str = "query"
    kind: str = "string"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What a route takes and gives. `scope` None means that no key is asked for."""

    summary: str
    tag: str
    scope: Scope | None
    answer: type[BaseModel] | None = None
    status: int = 200
    body: type[BaseModel] | None = None
    raw_body: str | None = None
    media_type: str = "application/json"
    parameters: tuple[Parameter, ...] = ()
    errors: tuple[int, ...] = field(default=())


def describes(operation: Operation) -> Callable[[View], View]:
    """Attach `operation` to a view function."""

    def attach(view: View) -> View:
        view.__dict__["operation"] = operation
        return view

    return attach


def operations(app: Flask) -> list[tuple[str, str, Operation]]:
    """Return (method, path template, operation) of each described route, as registered."""
    found: list[tuple[str, str, Operation]] = []
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        operation = getattr(view, "operation", None)
        if operation is not None:
            found.extend((method, _template(rule), operation) for method in _methods(rule))
    return found


def build_document(app: Flask, version: str) -> dict[str, Any]:
    """Return the whole OpenAPI document as JSON-able values."""
    listed = operations(app)
    paths: dict[str, dict[str, Any]] = {}
    for method, path, operation in listed:
        paths.setdefault(path, {})[method.lower()] = _operation_object(method, path, operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Brig",
            "version": version,
            "description": "Runs code that nobody trusts and says what it did.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": _schemas([operation for _, _, operation in listed]),
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def _methods(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def _template(rule: Rule) -> str:
    return re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule)


def _operation_object(method: str, path: str, operation: Operation) -> dict[str, Any]:
    parameters = [_path_parameter(name) for name in re.findall(r"{([^}]+)}", path)]
    parameters += [_parameter_object(parameter) for parameter in operation.parameters]
    described: dict[str, Any] = {
        "operationId": _operation_id(method, path),
        "summary": operation.summary,
        "tags": [operation.tag],
        "parameters": parameters,
        "responses": _responses(operation),
        "security": [] if operation.scope is None else [{"key": []}],
    }
    if operation.scope is not None:
        described["description"] = f"Needs a key with the scope `{operation.scope.value}`."
    if operation.body is not None:
        schema = {"$ref": _REFERENCE.format(model=operation.body.__name__)}
        described["requestBody"] = _body_object("application/json", schema)
    if operation.raw_body is not None:
        described["requestBody"] = _body_object(operation.raw_body, {})
    return described


def _operation_id(method: str, path: str) -> str:
    words = re.findall(r"[a-z0-9_]+", path.removeprefix("/api/v1"))
    return "_".join([method.lower(), *words])


def _path_parameter(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _parameter_object(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": parameter.place,
        "required": False,
        "description": parameter.text,
        "schema": {"type": parameter.kind},
    }


def _body_object(media_type: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"required": True, "content": {media_type: {"schema": schema}}}


def _responses(operation: Operation) -> dict[str, Any]:
    good: dict[str, Any] = {"description": operation.summary}
    if operation.answer is not None:
        reference = {"$ref": _REFERENCE.format(model=operation.answer.__name__)}
        good["content"] = {operation.media_type: {"schema": reference}}
    elif operation.status != 204:  # noqa: PLR2004 - HTTP's own number
        good["content"] = {operation.media_type: {"schema": {"type": "string"}}}
    responses = {str(operation.status): good}
    auth = () if operation.scope is None else (401, 403)
    for status in sorted({*operation.errors, *auth}):
        reference = {"$ref": _REFERENCE.format(model=ErrorOut.__name__)}
        content = {"application/json": {"schema": reference}}
        responses[str(status)] = {"description": _ERRORS[status], "content": content}
    return responses


def _schemas(described: list[Operation]) -> dict[str, Any]:
    inputs = {o.body for o in described if o.body is not None}
    outputs = {o.answer for o in described if o.answer is not None} | {ErrorOut}
    pairs = [(model, "validation") for model in sorted(inputs, key=lambda m: m.__name__)]
    pairs += [(model, "serialization") for model in sorted(outputs, key=lambda m: m.__name__)]
    _, document = models_json_schema(pairs, ref_template=_REFERENCE)  # type: ignore[arg-type]
    return dict(document["$defs"])
