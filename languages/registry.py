"""Every language that Brig knows, what is installed here, and how to compile and run.

Owns the choice of a language and the plans of its steps. Knows nothing of the queue, HTTP or
verdicts. The page front end uses the names and titles alone and never probes.
"""

from __future__ import annotations

import hashlib
import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from languages import detect
from languages.definition import read_definitions
from languages.errors import BadLanguageFile, BadSources, NotInstalled, UnknownLanguage
from languages.model import LanguageInfo
from languages.plan import plan_step
from languages.probe import find_version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from languages.definition import Definition
    from languages.model import StepPlan

_FILE = Path(__file__).with_name("languages.toml")
_PROBES_AT_ONCE = 4
_NAME_MAX_BYTES = 255
_PATH_MAX_BYTES = 1024  # what can enter a jail (sandbox/archive.py)
# All names stand in a command, and once more as what a compile step leaves; a command has 64 kB.
_NAMES_MAX_BYTES = 24 << 10
_SURROGATE = re.compile(r"[\ud800-\udfff]")  # half a pair: bytes of a name that were not UTF-8
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def load_registry(path: Path | None = None) -> Registry:
    """Read and check the language file, ours by default.

    Raises BadLanguageFile with every mistake found, or when the file cannot be read.
    """
    path = path or _FILE
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadLanguageFile(f"{path}: {error}") from error
    return Registry(read_definitions(text))


@dataclass(frozen=True, slots=True)
class _Chosen:
    """A language with the checked names of a submission."""

    definition: Definition
    files: tuple[str, ...]
    sources: tuple[str, ...]
    entry: str | None


class Registry:
    """All languages of one file. Versions are asked for once per object, and kept."""

    def __init__(
        self,
        definitions: Iterable[Definition],
        find: Callable[[Definition], str | None] = find_version,
    ) -> None:
        """Take checked definitions; `find` says which version a host has (None: none)."""
        self._definitions = {definition.name: definition for definition in definitions}
        self._find = find
        self._versions: dict[str, str | None] = {}

    def names(self) -> tuple[str, ...]:
        """List the names, in the order of the file."""
        return tuple(self._definitions)

    def info(self, name: str) -> LanguageInfo:
        """Describe a language; its version is None until it was probed. Raises UnknownLanguage."""
        definition = self._definition(name)
        return LanguageInfo(
            name=definition.name,
            title=definition.title,
            extensions=definition.extensions,
            kattis_codes=definition.kattis_codes,
            packages=definition.packages,
            template=definition.template,
            version=self._versions.get(name),
        )

    def infos(self) -> tuple[LanguageInfo, ...]:
        """Describe all languages, in the order of the file."""
        return tuple(self.info(name) for name in self._definitions)

    def probe(self) -> tuple[LanguageInfo, ...]:
        """Ask the host for every version not asked for yet, then describe all languages."""
        unknown = [name for name in self._definitions if name not in self._versions]
        with ThreadPoolExecutor(_PROBES_AT_ONCE) as pool:
            list(pool.map(self._version, unknown))
        return self.infos()

    def forget_versions(self) -> None:
        """Ask the host anew, after something was installed."""
        self._versions.clear()

    def choose(self, file_names: Sequence[str], code: str | None) -> str:
        """Name a submission's language: by `code` (a name or a Kattis code), else by extension.

        Of several languages in one submission the one with most files counts. Raises
        UnknownLanguage.
        """
        if code is not None:
            return self._by_code(code)
        counts: dict[str, int] = {}
        for definition in self._definitions.values():
            if definition.variant_of is None:
                count = sum(name.endswith(definition.extensions) for name in file_names)
                if count:
                    counts[definition.name] = count
        if not counts:
            names = ", ".join(repr(name) for name in file_names) or "no file"
            raise UnknownLanguage(f"no language has the extension of {names}")
        best = [name for name, count in counts.items() if count == max(counts.values())]
        if len(best) > 1:
            raise UnknownLanguage(f"the files are of several languages: {', '.join(best)}")
        return best[0]

    def find_entry_point(self, name: str, files: Mapping[str, bytes]) -> str | None:
        """Find where a submission begins by its files' contents, for `plan_compile`/`plan_run`.

        Raises UnknownLanguage, also for a first line that asks for Python 2, and BadSources.
        """
        return detect.find_entry_point(self._definition(name), files)

    def file_name(self, name: str, content: bytes) -> str:
        """Name a lone source that came without a name (`main.cpp`; Java: its public class)."""
        return detect.name_of_source(self._definition(name), content)

    def plan_compile(
        self,
        name: str,
        file_names: Sequence[str],
        entry_point: str | None,
        memory_bytes: int | None = None,
    ) -> StepPlan | None:
        """Plan the compile step, or None where the sources are run unseen.

        `memory_bytes` is the memory limit of the step if it is not the plan's own. Raises
        UnknownLanguage, NotInstalled or BadSources.
        """
        chosen = self._checked(name, file_names, entry_point)
        step = chosen.definition.compile
        if step is None:
            return None
        return plan_step(
            step,
            sources=chosen.sources,
            files=chosen.files,
            entry=chosen.entry,
            memory_bytes=memory_bytes or step.limits.memory_bytes,
        )

    def plan_run(
        self, name: str, file_names: Sequence[str], entry_point: str | None, memory_bytes: int
    ) -> StepPlan:
        """Plan a run step under a memory limit; `limits` hold what the runtime needs for itself.

        Raises UnknownLanguage, NotInstalled or BadSources.
        """
        chosen = self._checked(name, file_names, entry_point)
        return plan_step(
            chosen.definition.run,
            sources=chosen.sources,
            files=chosen.files,
            entry=chosen.entry,
            memory_bytes=memory_bytes,
        )

    def fingerprint(self, name: str) -> str:
        """Return a text that changes with the language's definition or installed version.

        Raises UnknownLanguage or NotInstalled.
        """
        definition = self._definition(name)
        essence = {k: v for k, v in definition.source.items() if k not in {"title", "template"}}
        content = json.dumps([name, essence, self._installed_version(name)], sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()

    # --- private ---

    def _definition(self, name: str) -> Definition:
        definition = self._definitions.get(name)
        if definition is None:
            raise UnknownLanguage(
                f"there is no language {name[:64]!r}; there are {', '.join(self._definitions)}"
            )
        return definition

    def _by_code(self, code: str) -> str:
        if code in self._definitions:
            return code
        for definition in self._definitions.values():
            if definition.variant_of is None and code in definition.kattis_codes:
                return definition.name
        return self._definition(code).name

    def _version(self, name: str) -> str | None:
        if name not in self._versions:
            self._versions[name] = self._find(self._definitions[name])
        return self._versions[name]

    def _installed_version(self, name: str) -> str:
        version = self._version(name)
        if version is None:
            title = self._definitions[name].title
            raise NotInstalled(
                f"{title} is not installed on this host: brig languages install {name}"
            )
        return version

    def _checked(self, name: str, file_names: Sequence[str], entry_point: str | None) -> _Chosen:
        definition = self._definition(name)
        self._installed_version(name)
        check_file_names(file_names)
        sources = detect.source_names(definition, file_names)
        if entry_point is None:
            entry = detect.entry_by_names(definition, file_names)
        else:
            entry = detect.check_entry_point(definition, file_names, entry_point)
        return _Chosen(definition, tuple(file_names), sources, entry)


def check_file_names(names: Sequence[str]) -> None:
    """Refuse names that no submission may have, or too many of them. Raises BadSources."""
    for name in names:
        _check_file_name(name)
    total_bytes = sum(len(name.encode()) for name in names)
    if total_bytes > _NAMES_MAX_BYTES:
        raise BadSources(
            "files", f"the file names have more than {_NAMES_MAX_BYTES} bytes together"
        )


def _check_file_name(name: str) -> None:
    """Refuse what could leave the work directory or confuse a compiler's messages."""
    parts = name.split("/")
    if _CONTROL.search(name):
        raise BadSources("files", f"the file name {name[:64]!r} has a control character in it")
    if any(part in {"", ".", ".."} for part in parts):
        raise BadSources("files", f"the file name {name[:64]!r} is not a plain relative name")
    if _SURROGATE.search(name):
        raise BadSources("files", f"the file name {name[:64]!r} is not UTF-8")
    if len(name.encode()) > _PATH_MAX_BYTES or any(
        len(part.encode()) > _NAME_MAX_BYTES for part in parts
    ):
        raise BadSources("files", f"the file name {name[:32]!r}... is too long")
