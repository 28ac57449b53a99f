"""The language file read into values, and every mistake in it.

Owns the shape of languages.toml, whose first lines are its manual. Knows nothing of what is
installed and of what a submission holds.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from languages.errors import BadLanguageFile
from sandbox.model import MIB, Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class EntryKind(Enum):
    """What `{entry}` is."""

    NONE = "none"
    FILE = "file"
    JAVA = "java"
    KOTLIN = "kotlin"


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRule:
    """How the entry point of a submission is found."""

    kind: EntryKind
    names: tuple[str, ...] = ()
    pattern: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One command with its placeholders still in it."""

    argv: tuple[str, ...]
    env: tuple[tuple[str, str], ...]
    outputs: tuple[str, ...]
    limits: Limits
    heap_percent: int | None
    heap_reserve_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One language of the file. `source` is its table as written, for the fingerprint."""

    name: str
    title: str
    variant_of: str | None
    extensions: tuple[str, ...]
    kattis_codes: tuple[str, ...]
    packages: tuple[str, ...]
    tools: tuple[str, ...]
    file_name: str
    version_argv: tuple[str, ...]
    version_pattern: re.Pattern[str]
    template: str
    entry: EntryRule
    refused_shebang: str | None
    compile: Step | None
    run: Step
    source: Mapping[str, Any] = field(repr=False)

    def needed_tools(self) -> tuple[str, ...]:
        """List the programs that must be on the host for this language to work."""
        first_words = [step.argv[0] for step in (self.compile, self.run) if step is not None]
        on_host = [word for word in first_words if not word.startswith("/app/")]
        return tuple(dict.fromkeys([*on_host, *self.tools]))


_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_WHOLE_WORDS = {"sources", "files"}
_IN_ARGV = _WHOLE_WORDS | {"entry", "memory_mib", "heap_mib"}
_IN_ENV = {"memory_mib", "heap_mib"}
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_EXTENSION = re.compile(r"\.[A-Za-z0-9+]+")
_PLAIN_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+]*")

# Key of a limit, the field of Limits it sets, and the size of its unit.
_LIMITS = {
    "cpu_ms": ("cpu_ms", 1),
    "wall_ms": ("wall_ms", 1),
    "memory_mib": ("memory_bytes", MIB),
    "processes": ("processes", 1),
    "output_mib": ("output_bytes", MIB),
    "file_mib": ("file_bytes", MIB),
    "stack_mib": ("stack_bytes", MIB),
    "open_files": ("open_files", 1),
    "work_mib": ("work_bytes", MIB),
    "work_inodes": ("work_inodes", 1),
}
_TOP_KEYS = {"defaults", "languages"}
_STEP_KEYS = {"argv", "env", "outputs", "heap_percent", "heap_reserve_mib", *_LIMITS}
_REQUIRED = {
    "title",
    "extensions",
    "kattis_codes",
    "packages",
    "file_name",
    "version_argv",
    "version_pattern",
    "template",
    "entry",
    "run",
}
_OPTIONAL = {"variant_of", "tools", "entry_names", "entry_pattern", "refused_shebang", "compile"}


def read_definitions(text: str) -> tuple[Definition, ...]:
    """Read a language file. Raises BadLanguageFile with every mistake found."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadLanguageFile(f"languages.toml: {error}") from error
    reader = _Reader()
    definitions = reader.read(document)
    if not reader.mistakes:
        reader.check_conflicts(definitions)
    if reader.mistakes:
        count = len(reader.mistakes)
        head = "languages.toml has a mistake" if count == 1 else f"languages.toml: {count} mistakes"
        raise BadLanguageFile("\n".join([f"{head}:", *(f"- {m}" for m in reader.mistakes)]))
    return definitions


class _Reader:
    """Reads tables into values and notes every mistake; a value with a mistake gets a stand-in."""

    def __init__(self) -> None:
        self.mistakes: list[str] = []
        self._defaults: dict[str, Mapping[str, Any]] = {}

    def read(self, document: Mapping[str, Any]) -> tuple[Definition, ...]:
        self._refuse_unknown("", document, _TOP_KEYS)
        defaults = self._table("defaults", document.get("defaults"))
        self._refuse_unknown("defaults.", defaults, {"compile", "run"})
        for step in ("compile", "run"):
            self._defaults[step] = self._default_limits(step, defaults.get(step))
        tables = self._table("languages", document.get("languages"))
        if not tables:
            self._note("languages", "there is none")
        merged: dict[str, Mapping[str, Any]] = {}
        for name, table in tables.items():
            merged[name] = self._inherit(name, self._table(f"languages.{name}", table), merged)
        found = [self._definition(name, table) for name, table in merged.items()]
        return tuple(definition for definition in found if definition is not None)

    def check_conflicts(self, definitions: tuple[Definition, ...]) -> None:
        """Note names, extensions and codes that two languages claim; variants claim none."""
        owners: dict[str, str] = {}
        for definition in definitions:
            claims = {f"code {definition.name}"}
            if definition.variant_of is None:
                claims |= {f"extension {extension}" for extension in definition.extensions}
                claims |= {f"code {code}" for code in definition.kattis_codes}
            for claim in sorted(claims):
                owner = owners.setdefault(claim, definition.name)
                if owner != definition.name:
                    self._note(f"languages.{definition.name}", f"{claim} belongs to {owner}")

    # --- one language ---

    def _inherit(
        self, name: str, table: Mapping[str, Any], earlier: Mapping[str, Mapping[str, Any]]
    ) -> Mapping[str, Any]:
        base = table.get("variant_of")
        if base is None:
            return table
        if not isinstance(base, str) or base not in earlier:
            self._note(f"languages.{name}.variant_of", f"{base!r} is no earlier language")
            return table
        if "variant_of" in earlier[base]:
            self._note(f"languages.{name}.variant_of", f"{base} is a variant itself")
        return {**earlier[base], **table}

    def _definition(self, name: str, table: Mapping[str, Any]) -> Definition | None:
        where = f"languages.{name}."
        if not _NAME.fullmatch(name):
            self._note(f"languages.{name}", "a name is lower-case letters, digits and _")
        self._refuse_unknown(where, table, _REQUIRED | _OPTIONAL)
        missing = sorted(_REQUIRED - table.keys())
        for key in missing:
            self._note(where + key, "is missing")
        if missing:
            return None
        entry = self._entry(where, table)
        compile_table = table.get("compile")
        shebang = table.get("refused_shebang")
        definition = Definition(
            name=name,
            title=self._text(where + "title", table["title"]),
            variant_of=table.get("variant_of"),
            extensions=self._words(where + "extensions", table["extensions"], _is_extension),
            kattis_codes=self._words(where + "kattis_codes", table["kattis_codes"], _is_code),
            packages=self._words(where + "packages", table["packages"], _is_package),
            tools=self._words(where + "tools", table.get("tools", []), _is_absolute),
            file_name=self._text(where + "file_name", table["file_name"]),
            version_argv=self._command(where + "version_argv", table["version_argv"]),
            version_pattern=self._pattern(where + "version_pattern", table["version_pattern"], 1),
            template=self._text(where + "template", table["template"]),
            entry=entry,
            refused_shebang=None
            if shebang is None
            else self._text(where + "refused_shebang", shebang),
            compile=None if compile_table is None else self._step(name, "compile", compile_table),
            run=self._step(name, "run", table["run"]),
            source=table,
        )
        self._check_definition(definition)
        return definition

    def _check_definition(self, definition: Definition) -> None:
        where = f"languages.{definition.name}."
        if not definition.extensions:
            self._note(where + "extensions", "there is none")
        if not definition.packages:
            self._note(where + "packages", "there is none")
        if not definition.file_name.endswith(definition.extensions):
            self._note(where + "file_name", "has none of the extensions")
        if definition.run.outputs:
            self._note(where + "run.outputs", "only a compile step has outputs")
        if definition.compile is not None and not definition.compile.outputs:
            self._note(where + "compile.outputs", "a compile step needs outputs")
        self._check_entry_use(definition)

    def _check_entry_use(self, definition: Definition) -> None:
        """Hold files to a folder before them, so that no name is taken for an option."""
        places = {
            "compile": ("./{entry}", definition.compile),
            "run": ("/app/{entry}", definition.run),
        }
        for step_name, (as_file, step) in places.items():
            where = f"languages.{definition.name}.{step_name}.argv"
            for word in () if step is None else step.argv:
                if "{entry}" not in word:
                    continue
                if definition.entry.kind is EntryKind.NONE:
                    self._note(where, '{entry} with entry = "none"')
                elif definition.entry.kind is EntryKind.FILE and word != as_file:
                    self._note(where, f"a file is given as {as_file}")
                elif definition.entry.kind is not EntryKind.FILE and word != "{entry}":
                    self._note(where, "a class is given as {entry}, a word of its own")

    def _entry(self, where: str, table: Mapping[str, Any]) -> EntryRule:
        kinds = [kind.value for kind in EntryKind]
        if table["entry"] not in kinds:
            self._note(where + "entry", f"must be one of {', '.join(kinds)}")
            return EntryRule(kind=EntryKind.NONE)
        kind = EntryKind(table["entry"])
        names = self._words(where + "entry_names", table.get("entry_names", []), _is_plain_file)
        pattern = table.get("entry_pattern")
        if kind is not EntryKind.FILE and (names or pattern is not None):
            self._note(where + "entry", 'entry_names and entry_pattern belong to "file"')
        return EntryRule(
            kind=kind,
            names=names,
            pattern=None
            if pattern is None
            else self._pattern(where + "entry_pattern", pattern, None),
        )

    # --- one step ---

    def _step(self, name: str, step: str, given: object) -> Step:
        where = f"languages.{name}.{step}."
        table = self._table(f"languages.{name}.{step}", given)
        self._refuse_unknown(where, table, _STEP_KEYS)
        if "argv" not in table:
            self._note(where + "argv", "is missing")
        argv = self._command(where + "argv", table.get("argv", ["/"]))
        env = self._table(where + "env", table.get("env", {}))
        for word in argv:
            self._check_placeholders(where + "argv", word, _IN_ARGV)
        for variable, value in env.items():
            text = self._text(f"{where}env.{variable}", value)
            self._check_placeholders(f"{where}env.{variable}", text, _IN_ENV)
        percent, reserve_mib = self._heap(where, table, (*argv, *map(str, env.values())))
        given_limits = {key: table[key] for key in _LIMITS if key in table}
        return Step(
            argv=argv,
            env=tuple((variable, str(value)) for variable, value in env.items()),
            outputs=self._outputs(where + "outputs", table.get("outputs", [])),
            limits=self._limits(where, {**self._defaults[step], **given_limits}),
            heap_percent=percent,
            heap_reserve_bytes=reserve_mib * MIB,
        )

    def _check_placeholders(self, where: str, text: str, known: set[str]) -> None:
        for found in _PLACEHOLDER.findall(text):
            if found not in known:
                self._note(where, f"unknown placeholder {{{found}}}")
            elif found in _WHOLE_WORDS and text != f"{{{found}}}":
                self._note(where, f"{{{found}}} must be a word of its own")
        if re.search(r"[{}]", _PLACEHOLDER.sub("", text)):
            self._note(where, f"a brace is left open in {text!r}")

    def _heap(
        self, where: str, table: Mapping[str, Any], words: tuple[str, ...]
    ) -> tuple[int | None, int]:
        percent = table.get("heap_percent")
        reserve_mib = table.get("heap_reserve_mib", 0)
        is_used = any("{heap_mib}" in word for word in words)
        if is_used != (percent is not None):
            self._note(where + "heap_percent", "belongs together with {heap_mib}")
        if percent is not None and not (_is_int(percent) and 1 <= percent <= 100):  # noqa: PLR2004
            self._note(where + "heap_percent", "must be a whole number from 1 to 100")
            percent = None
        if not _is_int(reserve_mib) or reserve_mib < 0:
            self._note(where + "heap_reserve_mib", "must be a whole number, at least 0")
            reserve_mib = 0
        return percent, reserve_mib

    def _outputs(self, where: str, value: object) -> tuple[str, ...]:
        outputs = self._words(where, value, _is_output)
        if "{files}" in outputs and len(outputs) > 1:
            self._note(where, "{files} stands alone")
        return outputs

    def _default_limits(self, step: str, given: object) -> Mapping[str, Any]:
        where = f"defaults.{step}."
        table = self._table(f"defaults.{step}", given)
        self._refuse_unknown(where, table, set(_LIMITS))
        for key in sorted(_LIMITS.keys() - table.keys()):
            self._note(where + key, "is missing")
        return {**dict.fromkeys(_LIMITS, 1), **table}

    def _limits(self, where: str, values: Mapping[str, Any]) -> Limits:
        fields: dict[str, int] = {}
        for key, (name, unit) in _LIMITS.items():
            value = values[key]
            if not _is_int(value) or value < 1:
                self._note(where + key, "must be a whole number, at least 1")
                value = 1
            fields[name] = value * unit
        return Limits(**fields)

    # --- values ---

    def _note(self, where: str, what: str) -> None:
        mistake = f"{where}: {what}"
        if mistake not in self.mistakes:
            self.mistakes.append(mistake)

    def _refuse_unknown(self, where: str, table: Mapping[str, Any], known: set[str]) -> None:
        for key in table.keys() - known:
            self._note(where + key, "is no key of this table")

    def _table(self, where: str, value: object) -> Mapping[str, Any]:
        if isinstance(value, dict):
            return value
        self._note(where, "must be a table")
        return {}

    def _text(self, where: str, value: object) -> str:
        if isinstance(value, str) and value and "\0" not in value:
            return value
        self._note(where, "must be a text")
        return "?"

    def _words(self, where: str, value: object, is_good: Callable[[str], bool]) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            self._note(where, "must be a list of texts")
            return ()
        for word in value:
            if not is_good(word):
                self._note(where, f"{word!r} cannot stand here")
            if value.count(word) > 1:
                self._note(where, f"{word!r} is there twice")
        return tuple(value)

    def _command(self, where: str, value: object) -> tuple[str, ...]:
        if (
            isinstance(value, list)
            and value
            and all(isinstance(word, str) and word and "\0" not in word for word in value)
        ):
            if not _is_absolute(value[0]) or "{" in value[0]:
                self._note(where, f"the first word must be an absolute path, not {value[0]!r}")
            return tuple(value)
        self._note(where, "must be a list of words, the first an absolute path")
        return ("/",)

    def _pattern(self, where: str, value: object, groups: int | None) -> re.Pattern[str]:
        try:
            pattern = re.compile(self._text(where, value))
        except re.error as error:
            self._note(where, f"is no regular expression: {error}")
            return re.compile("()")
        if groups is not None and pattern.groups != groups:
            self._note(where, f"must have {groups} group, not {pattern.groups}")
        return pattern


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_absolute(word: str) -> bool:
    return word.startswith("/") and ".." not in word.split("/")


def _is_extension(word: str) -> bool:
    return _EXTENSION.fullmatch(word) is not None


def _is_code(word: str) -> bool:
    return re.fullmatch(r"[a-z][a-z0-9_+]*", word) is not None


def _is_package(word: str) -> bool:
    # deb-control(5): what apt-get takes as a name, and never as an option.
    return re.fullmatch(r"[a-z0-9][a-z0-9.+-]+", word) is not None


def _is_plain_file(word: str) -> bool:
    return _PLAIN_FILE.fullmatch(word) is not None


def _is_output(word: str) -> bool:
    return word == "{files}" or _is_plain_file(word.removesuffix("/"))
