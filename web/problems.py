"""`/api/v1/problems`: upload a package, list, show. Packages are parsed in a child, never here."""

from __future__ import annotations

import re
import tempfile
from http import HTTPStatus
from pathlib import Path

from flask import Blueprint, Response, request
from werkzeug.exceptions import ClientDisconnected

from store.model import NewProblem, Scope
from web import presenting, views
from web.answers import answer
from web.auth import caller
from web.bodies import UnsupportedMediaType
from web.errors import BadField, NotFound, SlowBody, TooLarge
from web.openapi import Operation, Parameter, describes
from web.package_import import read_package
from web.services import services
from web.submissions import limit_parameter

blueprint = Blueprint("problems", __name__, url_prefix="/api/v1/problems")

_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
_CHUNK_BYTES = 1 << 20


@blueprint.post("")
@describes(
    Operation(
        summary="Upload a problem package",
        tag="problems",
        scope=Scope.ADMIN,
        raw_body="application/zip",
        answer=views.ProblemOut,
        status=201,
        parameters=(
            Parameter(
                name="id",
                text="Short name for addresses. Default: the name of the package's folder.",
            ),
        ),
        errors=(400, 413, 415, 503),
    )
)
def upload() -> Response:
    """Keep a package of the ICPC/Kattis format; the same id again makes a new revision."""
    wanted_id = request.args.get("id")
    if wanted_id is not None:
        _check_id(wanted_id)
    settings = services().settings
    request.max_content_length = settings.package_max_bytes
    (settings.data_path / "uploads").mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.data_path / "uploads") as folder:
        zip_path = Path(folder) / "package.zip"
        _receive(zip_path)
        package = read_package(zip_path, settings)
        archive = services().blobs.put_path(zip_path)
    problem_id = wanted_id or package.folder or ""
    _check_id(problem_id)
    record = services().problems.put(
        NewProblem(
            id=problem_id,
            title=package.title,
            limits=package.limits,
            samples=package.samples,
            case_total=package.case_total,
            archive=archive,
            owner_id=caller().owner_id,
            code_bytes=package.code_bytes,
        )
    )
    response = answer(presenting.problem(record), HTTPStatus.CREATED)
    response.headers["Location"] = f"/api/v1/problems/{record.id}"
    return response


@blueprint.get("")
@describes(
    Operation(
        summary="List the problems",
        tag="problems",
        scope=Scope.READ,
        answer=views.ProblemList,
        parameters=(
            Parameter(name="limit", kind="integer", text="1 to 100; default 50."),
            Parameter(name="cursor", text="`next_cursor` of the page before."),
        ),
        errors=(400,),
    )
)
def list_problems() -> Response:
    """List newest revisions, by id."""
    limit = limit_parameter()
    after_id = request.args.get("cursor")
    if after_id is not None and not _ID.fullmatch(after_id):
        raise BadField("cursor", "This cursor was not given out here.")
    records = services().problems.list(limit=limit + 1, after_id=after_id)
    next_cursor = records[limit - 1].id if len(records) > limit else None
    briefs = [presenting.problem_brief(record) for record in records[:limit]]
    return answer(views.ProblemList(problems=briefs, next_cursor=next_cursor))


@blueprint.get("/<problem_id>")
@describes(
    Operation(
        summary="Look at a problem",
        tag="problems",
        scope=Scope.READ,
        answer=views.ProblemOut,
        errors=(404,),
    )
)
def show(problem_id: str) -> Response:
    """Answer with the newest revision and its samples."""
    record = services().problems.get(problem_id) if _ID.fullmatch(problem_id) else None
    if record is None:
        raise NotFound("There is no such problem.")
    return answer(presenting.problem(record))


def _check_id(problem_id: str) -> None:
    if not _ID.fullmatch(problem_id):
        raise BadField(
            "id", "1 to 100 of a-z, 0-9, dot, dash and underscore, the first a letter or digit."
        )


def _receive(target: Path) -> None:
    """Copy the body to `target` without holding it in memory."""
    if request.mimetype == "multipart/form-data":
        sent = request.files.get("package")
        if sent is None:
            raise BadField("package", "Send the zip as the part `package`.")
        sent.save(target)
    elif request.mimetype in {"application/zip", "application/octet-stream"}:
        with target.open("wb") as out:
            while chunk := _next_chunk():
                out.write(chunk)
    else:
        raise UnsupportedMediaType(
            "Send the zip as application/zip, or as the part `package` of a form.", field="body"
        )
    if target.stat().st_size > services().settings.package_max_bytes:
        raise TooLarge("body", "The package is larger than this address takes.")
    if target.stat().st_size == 0:
        raise BadField("body", "The body is empty.")


def _next_chunk() -> bytes:
    try:
        return request.stream.read(_CHUNK_BYTES)
    except ClientDisconnected as error:
        raise SlowBody("The body did not arrive in time.", field="body") from error
