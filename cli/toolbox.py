"""What `brig run`, `judge` and `verify` share: jailers of their own, languages, files, bars.

They need no server: each starts jailers for as long as it runs.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from cli.errors import BadInput
from judging.model import SourceFile, Submission
from judging.tools import MemoryArtefacts, Tools
from sandbox.errors import NoFreeSlot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from judging.model import CompileResult, Explanation
    from judging.tools import Languages
    from sandbox.model import Sandbox, Slot

SOURCE_MAX_BYTES = 4 << 20


@contextmanager
def open_tools(slots: int) -> Iterator[Tools]:
    """Start jailers for `slots` runs at a time. Raises UnsupportedHost and SetupError."""
    from languages.registry import load_registry
    from sandbox.client import open_sandbox

    registry = load_registry()
    with open_sandbox(slots=slots) as sandbox:
        closing = _ClosingSandbox(sandbox)
        try:
            yield Tools(sandbox=closing, registry=registry, artefacts=MemoryArtefacts())
        finally:
            closing.close()


class _ClosingSandbox:
    """A sandbox that gives no lease once its jailers are about to stop.

    After an interrupt, threads that still judge would wait for ever for jailers that are gone.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._is_closed = False

    def close(self) -> None:
        self._is_closed = True

    def lease(self, *, wait_s: float | None = None) -> AbstractContextManager[Slot]:
        if self._is_closed:
            raise NoFreeSlot("the jailers are stopping")
        return self._sandbox.lease(wait_s=wait_s)


def usable_cores() -> int:
    """How many processor cores this process may use."""
    return len(os.sched_getaffinity(0))


def read_submission(
    paths: Sequence[Path],
    language: str | None,
    registry: Languages,
    entry_point: str | None = None,
) -> Submission:
    """Read the source files of one submission and choose its language.

    Raises BadInput for a file that cannot be read or is empty, UnknownLanguage, and BadSources for
    a name that no submission may have.
    """
    from languages.registry import check_file_names

    if not paths:
        raise BadInput("FILE", "there is no source file")
    names = [path.name for path in paths]
    check_file_names(names)
    files = tuple(
        SourceFile(name=path.name, content=read_file(path, "FILE", SOURCE_MAX_BYTES))
        for path in paths
    )
    if len(set(names)) < len(names):
        raise BadInput("FILE", "two files have the same name")
    if all(not file.content.strip() for file in files):
        raise BadInput("FILE", f"{', '.join(names)} is empty")
    if sum(len(file.content) for file in files) > SOURCE_MAX_BYTES:
        raise BadInput("FILE", f"the source is larger than {SOURCE_MAX_BYTES >> 20} MiB")
    chosen = registry.choose(names, language)
    registry.fingerprint(chosen)  # NotInstalled now, not after a compile step
    return Submission(files=files, language=chosen, entry_point=entry_point)


def read_file(path: Path, field: str, max_bytes: int) -> bytes:
    """Read a caller's file. Raises BadInput, naming `field`, also for a larger one."""
    try:
        with path.open("rb") as file:
            content = file.read(max_bytes + 1)  # of /dev/zero, no more than this
    except OSError as error:
        raise BadInput(field, f"{path} cannot be read: {error.strerror}") from error
    if len(content) > max_bytes:
        raise BadInput(field, f"{path} is larger than {max_bytes >> 20} MiB")
    return content


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[str, int, int], None]]:
    """Show a bar on stderr while something long runs; nothing where stderr is no terminal.

    The yielded function takes what is being done, how many steps are done, and their total.
    """
    if not sys.stderr.isatty():
        yield _show_nothing
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(title, total=None)

        def show(name: str, done: int, total: int) -> None:
            progress.update(task, description=f"{title} {name}", completed=done, total=total)

        yield show


def explanation_document(explanation: Explanation | None) -> dict[str, Any] | None:
    """Return an explanation for `--json`."""
    from judging.wire import to_wire

    return None if explanation is None else to_wire(explanation)


def compile_document(result: CompileResult | None) -> dict[str, Any] | None:
    """Return a compile step for `--json`."""
    from judging.wire import to_wire

    return None if result is None else to_wire(result)


def _show_nothing(_name: str, _done: int, _total: int) -> None:
    pass
