"""Where a program begins: the entry point of a submission, from file names and contents.

Reads sources as text only, never runs them; every expression here is linear in the length of the
source. Where the contents say nothing, the names decide: the compiler then explains better than
a guess here what is wrong.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from languages.definition import EntryKind
from languages.errors import BadSources, UnknownLanguage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from languages.definition import Definition, EntryRule

_CLASS_MAX_CHARS = 512
_JVM_DEFAULTS = {EntryKind.JAVA: "Main", EntryKind.KOTLIN: "MainKt"}
_DECLARATIONS = {"class", "interface", "enum", "record", "object"}

# Comments and literals first, so that nothing inside them is taken for code. Each alternative ends
# at the end of the source at the latest: an unclosed comment is read once, not from every start.
_TOKEN = re.compile(
    r"""
      //[^\n]* | /\*.*?(?:\*/|\Z)
    | \"{3}.*?(?:\"{3}|\Z) | "(?:\\.|[^"\\\n])*"? | '(?:\\.|[^'\\\n])*'?
    | (?P<word>[^\W\d][\w$]*|\$[\w$]*) | (?P<sign>[{}();.=@])
    """,
    re.VERBOSE | re.DOTALL,
)
_JVM_NAME = re.compile(r'@file\s*:\s*JvmName\s*\(\s*"([\w$]+)"\s*\)')


def source_names(definition: Definition, file_names: Sequence[str]) -> tuple[str, ...]:
    """Return the files that are sources of the language. Raises BadSources if none is."""
    sources = tuple(name for name in file_names if name.endswith(definition.extensions))
    if not sources:
        wanted = ", ".join(definition.extensions)
        raise BadSources("files", f"no file is a source of {definition.title} ({wanted})")
    return sources


def find_entry_point(definition: Definition, files: Mapping[str, bytes]) -> str | None:
    """Find where a submission begins: a file, a class, or None where the language links all.

    Raises BadSources when several sources could be it, and UnknownLanguage when a first line
    asks for another language (Python 2).
    """
    sources = {name: files[name] for name in source_names(definition, tuple(files))}
    _refuse_shebangs(definition, sources)
    match definition.entry.kind:
        case EntryKind.NONE:
            return None
        case EntryKind.FILE:
            return _entry_file(definition.entry, sources)
        case EntryKind.JAVA:
            return _java_class(sources) or _class_by_name(EntryKind.JAVA, tuple(sources))
        case EntryKind.KOTLIN:
            return _kotlin_class(sources) or _class_by_name(EntryKind.KOTLIN, tuple(sources))


def entry_by_names(definition: Definition, file_names: Sequence[str]) -> str | None:
    """Find the entry point from the names alone. Raises BadSources as `find_entry_point`."""
    sources = source_names(definition, file_names)
    match definition.entry.kind:
        case EntryKind.NONE:
            return None
        case EntryKind.FILE:
            return _entry_file(definition.entry, dict.fromkeys(sources, b""))
        case EntryKind.JAVA | EntryKind.KOTLIN as kind:
            return _class_by_name(kind, sources)


def check_entry_point(definition: Definition, file_names: Sequence[str], given: str) -> str | None:
    """Return the caller's entry point if the language can begin there, else raise BadSources.

    Where all sources are linked it means nothing, and None is returned.
    """
    match definition.entry.kind:
        case EntryKind.NONE:
            return None
        case EntryKind.FILE:
            if given not in file_names:
                raise BadSources("entry_point", "it must be the name of one of the files")
            return given
        case EntryKind.JAVA | EntryKind.KOTLIN:
            if len(given) > _CLASS_MAX_CHARS or not _is_class(given):
                raise BadSources("entry_point", "it must be the full name of a class")
            return given


def name_of_source(definition: Definition, content: bytes) -> str:
    """Name a source that came without a name; javac wants the file named as its public class."""
    if definition.entry.kind is EntryKind.JAVA:
        public = _JvmSource(content, EntryKind.JAVA).public_class
        return f"{public}.java" if public else definition.file_name
    return definition.file_name


def _refuse_shebangs(definition: Definition, sources: Mapping[str, bytes]) -> None:
    word = definition.refused_shebang
    if word is None:
        return
    for name, content in sources.items():
        first_line = content[:256].split(b"\n", 1)[0]
        if first_line.startswith(b"#!") and word.encode() in first_line:
            raise UnknownLanguage(f"{name} asks for {word}, which is not {definition.title}")


def _entry_file(rule: EntryRule, sources: Mapping[str, bytes]) -> str:
    for name in rule.names:
        if name in sources:
            return name
    if len(sources) == 1:
        return next(iter(sources))
    if rule.pattern is not None:
        matching = [n for n, content in sources.items() if rule.pattern.search(_text(content))]
        if len(matching) == 1:
            return matching[0]
    names = " or ".join(rule.names) or "it"
    raise BadSources("entry_point", f"there are several sources: name one, or call one {names}")


def _class_by_name(kind: EntryKind, sources: Sequence[str]) -> str:
    default = _JVM_DEFAULTS[kind]
    name_of = _kotlin_file_class if kind is EntryKind.KOTLIN else _stem
    classes = [one for one in map(name_of, sources) if _is_class(one)]
    return classes[0] if default not in classes and classes else default


def _is_class(name: str) -> bool:
    return all(part.replace("$", "_").isidentifier() for part in name.split("."))


def _stem(file_name: str) -> str:
    return PurePosixPath(file_name).stem


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace")


def _tokens(text: str) -> Iterator[str]:
    """Yield words and the signs that matter, without comments and literals."""
    for match in _TOKEN.finditer(text):
        token = match.group("word") or match.group("sign")
        if token:
            yield token


class _JvmSource:
    """What the top of a Java or Kotlin source declares: package, classes, and who has `main`."""

    def __init__(self, content: bytes, kind: EntryKind) -> None:
        self.package = ""
        self.public_class: str | None = None
        self.main_classes: list[str] = []
        self.has_main_function = False  # Kotlin: outside every class
        self._is_java = kind is EntryKind.JAVA
        self._scan(list(_tokens(_text(content))))

    def qualified(self, name: str) -> str:
        """Put the package before a class."""
        return f"{self.package}.{name}" if self.package else name

    def _scan(self, tokens: list[str]) -> None:
        depth = 0
        current = ""
        for index, word in enumerate(tokens):
            if word == "{":
                depth += 1
            elif word == "}":
                depth = max(depth - 1, 0)
            elif depth == 0 and word == "package" and not self.package:
                self.package = _dotted(tokens[index + 1 : index + 64])
            elif depth == 0 and word in _DECLARATIONS and _is_word(tokens, index + 1):
                current = tokens[index + 1]
                if self.public_class is None and "public" in _modifiers(tokens, index):
                    self.public_class = current
            elif word == "main" and tokens[index + 1 : index + 2] == ["("]:
                self._note_main(_modifiers(tokens, index), depth, current)

    def _note_main(self, modifiers: list[str], depth: int, current: str) -> None:
        """Take note of `main(`; `modifiers` begin with the word just before it."""
        if modifiers[:1] != ["void" if self._is_java else "fun"]:
            return
        if depth == 0 and not self._is_java:
            self.has_main_function = True
        wanted = {"public", "static"} if self._is_java else {"JvmStatic"}
        if depth == 1 and current and wanted <= set(modifiers):
            self.main_classes.append(current)


def _java_class(sources: Mapping[str, bytes]) -> str | None:
    found: list[str] = []
    for name, content in sources.items():
        source = _JvmSource(content, EntryKind.JAVA)
        stem = _stem(name)
        own = [one for one in source.main_classes if one == stem]
        found += [source.qualified(one) for one in own or source.main_classes]
    return _preferred(found, "Main")


def _kotlin_class(sources: Mapping[str, bytes]) -> str | None:
    found: list[str] = []
    for name, content in sources.items():
        source = _JvmSource(content, EntryKind.KOTLIN)
        if source.has_main_function:
            renamed = _JVM_NAME.search(_text(content))
            found.append(
                source.qualified(renamed.group(1) if renamed else _kotlin_file_class(name))
            )
        found += [source.qualified(one) for one in source.main_classes]
    return _preferred(found, "MainKt")


def _preferred(classes: list[str], default: str) -> str | None:
    named = [one for one in classes if one.rpartition(".")[2] == default]
    return next(iter(named or classes), None)


def _kotlin_file_class(file_name: str) -> str:
    """Name the class of a file's functions, as kotlinc does (PackagePartClassUtils)."""
    stem = re.sub(r"[^\w$]", "_", _stem(file_name))
    if stem[:1].isdigit():
        stem = "_" + stem
    return stem[:1].upper() + stem[1:] + "Kt"


def _is_word(tokens: list[str], index: int) -> bool:
    return index < len(tokens) and tokens[index].replace("$", "_").isidentifier()


def _dotted(tokens: list[str]) -> str:
    parts: list[str] = []
    for index, word in enumerate(tokens):
        is_name = index % 2 == 0
        if is_name != (word != ".") or (is_name and not _is_word(tokens, index)):
            break
        parts.append(word)
    return "".join(parts).rstrip(".")


def _modifiers(tokens: list[str], index: int) -> list[str]:
    """List the words before a name, nearest first, back to the end of what precedes them."""
    found: list[str] = []
    for token in reversed(tokens[max(index - 8, 0) : index]):
        if token in {"{", "}", ";"}:
            break
        found.append(token)
    return found
