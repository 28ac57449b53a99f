"""Answers of the API: a model as JSON, with the ETag where something has versions."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Response, request

if TYPE_CHECKING:
    from pydantic import BaseModel


def answer(model: BaseModel, status: int = HTTPStatus.OK) -> Response:
    """Serialise a model."""
    text = model.model_dump_json(exclude_none=False) + "\n"
    return Response(text, status=status, mimetype="application/json")


def versioned(model: BaseModel, tag: str) -> Response:
    """Serialise a model, or answer 304 to a caller who has this version already."""
    response = answer(model)
    response.set_etag(tag)
    response.headers["Cache-Control"] = "private, no-cache"
    response.make_conditional(request)
    return response
