"""What callers may send, as pydantic models: the checks, and the source of `/openapi.json`.

Strict and closed: no coercion, and an unknown key is an error that names it. Text comes in pairs
(`source` or `source_base64`, ...), because bytes need not be UTF-8. `web.intake` turns a checked
request into the words of `judging.model`.
"""

from __future__ import annotations

from typing import Annotated, Any, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from web.errors import BadField

FILES_MAX = 64

Positive = Annotated[int, Field(gt=0)]
Tolerance = Annotated[float, Field(ge=0, le=1)]
Model = TypeVar("Model", bound=BaseModel)


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class SourceFileIn(_Closed):
    """One source file; give `content` or `content_base64`."""

    name: str = Field(description="File name without a directory part.", examples=["main.py"])
    content: str | None = None
    content_base64: str | None = None

    @model_validator(mode="after")
    def _one_content(self) -> Self:
        _exactly_one(self, ("content", "content_base64"))
        return self


class TestCaseIn(_Closed):
    """One inline test case; without an expected output any clean exit is accepted."""

    __test__ = False  # not a pytest class

    name: str | None = Field(default=None, description='Default: "1", "2", ...')
    stdin: str | None = None
    stdin_base64: str | None = None
    expected_output: str | None = None
    expected_output_base64: str | None = None

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        _at_most_one(self, ("stdin", "stdin_base64"))
        _at_most_one(self, ("expected_output", "expected_output_base64"))
        return self


class LimitsIn(_Closed):
    """Limits of one test case; what is left out has the default."""

    cpu_ms: Positive | None = Field(default=None, description="CPU time. Default 5000.")
    wall_ms: Positive | None = Field(
        default=None, description="Elapsed time. Default: follows the CPU time limit."
    )
    memory_bytes: Positive | None = Field(default=None, description="Default 256 MiB.")
    processes: Positive | None = Field(default=None, description="Threads count. Default 64.")
    output_bytes: Positive | None = Field(
        default=None, description="stdout and stderr together. Default 16 MiB."
    )
    file_bytes: Positive | None = Field(default=None, description="Largest file. Default 64 MiB.")
    stack_bytes: Positive | None = Field(default=None, description="Default 256 MiB.")
    open_files: Positive | None = Field(default=None, description="Default 256.")


class CheckerIn(_Closed):
    """How output is compared: token by token, with these exceptions."""

    case_sensitive: bool = False
    space_change_sensitive: bool = False
    float_tolerance: Tolerance | None = Field(
        default=None, description="Absolute or relative: one of the two must hold."
    )
    float_absolute_tolerance: Tolerance | None = None
    float_relative_tolerance: Tolerance | None = None


class SubmissionIn(_Closed):
    """A program to judge: against a problem, against inline test cases, or with one stdin.

    Give the program as `source`, `source_base64` or `files`, exactly one of them.
    """

    language: str = Field(description="A name from /api/v1/languages.", examples=["python3"])
    source: str | None = Field(default=None, examples=["print(input()[::-1])"])
    source_base64: str | None = None
    files: list[SourceFileIn] | None = Field(default=None, max_length=FILES_MAX)
    entry_point: str | None = Field(default=None, description="Main file or class.")
    stdin: str | None = Field(default=None, examples=["brig\n"])
    stdin_base64: str | None = None
    expected_output: str | None = Field(default=None, examples=["girb\n"])
    expected_output_base64: str | None = None
    test_cases: list[TestCaseIn] | None = Field(default=None, min_length=1)
    problem: str | None = Field(default=None, description="An id from /api/v1/problems.")
    limits: LimitsIn | None = None
    checker: CheckerIn | None = None
    title: str = Field(default="", max_length=200, description="A word of your own, for lists.")
    run_all: bool = Field(
        default=False, description="Judge every test case; else stop at the first failure."
    )

    @model_validator(mode="after")
    def _one_source_one_task(self) -> Self:
        _exactly_one(self, ("source", "source_base64", "files"))
        _at_most_one(self, ("stdin", "stdin_base64"))
        _at_most_one(self, ("expected_output", "expected_output_base64"))
        inline = ("stdin", "stdin_base64", "expected_output", "expected_output_base64")
        if self.problem is not None:
            _none_of(self, (*inline, "test_cases", "limits", "checker"), "problem")
        if self.test_cases is not None:
            _none_of(self, inline, "test_cases")
        return self


class BatchIn(_Closed):
    """Several submissions, accepted together or not at all."""

    submissions: list[SubmissionIn] = Field(min_length=1)


class _BlamedField(ValueError):
    """Carries the name of the field that a check across fields blames."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)


def _given(model: BaseModel, names: tuple[str, ...]) -> list[str]:
    return [name for name in names if getattr(model, name) is not None]


def _exactly_one(model: BaseModel, names: tuple[str, ...]) -> None:
    _at_most_one(model, names)
    if not _given(model, names):
        raise _BlamedField(names[0], f"Give one of {', '.join(names)}.")


def _at_most_one(model: BaseModel, names: tuple[str, ...]) -> None:
    given = _given(model, names)
    if len(given) > 1:
        raise _BlamedField(given[1], f"Give only one of {', '.join(names)}.")


def _none_of(model: BaseModel, names: tuple[str, ...], because: str) -> None:
    for name in _given(model, names):
        raise _BlamedField(name, f"Cannot be given together with {because}.")


def check(model: type[Model], value: object) -> Model:
    """Validate `value`. Raises BadField for the first mistake, named by its dotted path."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise BadField(_path_of(first), _message_of(first)) from error


def _path_of(mistake: Any) -> str:
    parts = [str(part) for part in mistake["loc"]]
    cause = mistake.get("ctx", {}).get("error")
    if isinstance(cause, _BlamedField):
        parts.append(cause.field)
    return ".".join(parts)[:200] or "body"


def _message_of(mistake: Any) -> str:
    match mistake["type"]:
        case "extra_forbidden":
            return "There is no such field."
        case "missing":
            return "This field is required."
        case "value_error":
            return str(mistake["ctx"]["error"])
        case _:
            return f"{mistake['msg']}."
