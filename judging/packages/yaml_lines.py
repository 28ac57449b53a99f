"""YAML from strangers: plain values with line numbers, every mistake noted, nothing executed.

Only what package files need: one document, maps with distinct text keys, lists, plain scalars.
Aliases are refused (a few lines of them expand to gigabytes), and so are tags and deep nesting.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from pathlib import Path

    from judging.packages.mistakes import Mistakes

_MAX_BYTES = 256 << 10
_MAX_DEPTH = 16
_OWN_TAG = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlValue:
    """A scalar, a list of YamlValue or a dict of YamlValue by key, and its line from 1."""

    value: Any
    line: int


def read_yaml_map(path: Path, name: str, mistakes: Mistakes) -> dict[str, YamlValue] | None:
    """Read a file that must be a map; an empty file is an empty map.

    Mistakes are noted under `name`; None means that the file could not be understood at all.
    """
    text = _read_text(path, name, mistakes)
    if text is None:
        return None
    try:
        if not _is_plain(text, name, mistakes):
            return None
        node = yaml.compose(text, yaml.SafeLoader)
    except yaml.YAMLError as error:
        mistakes.add(name, f"is not valid YAML: {_problem(error)}", _line_of(error, text))
        return None
    if node is None:
        return {}
    if not isinstance(node, yaml.MappingNode):
        mistakes.add(name, "must be a map of keys to values", _line(node))
        return None
    return _map(node, name, mistakes)


def _read_text(path: Path, name: str, mistakes: Mistakes) -> str | None:
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_BYTES + 1)
        if len(content) > _MAX_BYTES:
            mistakes.add(name, f"is larger than {_MAX_BYTES >> 10} KiB")
            return None
        return content.decode("utf-8-sig")
    except OSError as error:
        mistakes.add(name, f"cannot be read: {error.strerror}")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        mistakes.add(name, "is not UTF-8", line)
    return None


def _is_plain(text: str, name: str, mistakes: Mistakes) -> bool:
    """Look at the stream of events, which costs no memory, before anything is built from it."""
    depth = documents = 0
    for event in yaml.parse(text, yaml.SafeLoader):
        line = 0 if event.start_mark is None else event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            mistakes.add(name, "anchors and aliases are not allowed", line)
            return False
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                mistakes.add(name, "holds more than one document", line)
                return False
        tag = getattr(event, "tag", None)
        if tag is not None:
            mistakes.add(name, f"tags such as {tag[:60]} are not allowed", line)
            return False
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _MAX_DEPTH:
            mistakes.add(name, f"is nested deeper than {_MAX_DEPTH} levels", line)
            return False
    return True


def _map(node: yaml.MappingNode, name: str, mistakes: Mistakes) -> dict[str, YamlValue]:
    values: dict[str, YamlValue] = {}
    for key_node, value_node in node.value:
        key = _value(key_node, name, mistakes).value
        if not isinstance(key, str):
            mistakes.add(name, "a key must be text", _line(key_node))
        elif key in values:
            first = values[key].line
            mistakes.add(name, f"key {key!r} stands twice (first at {first})", _line(key_node))
        else:
            value = _value(value_node, name, mistakes).value
            values[key] = YamlValue(value=value, line=_line(key_node))
    return values


def _value(node: yaml.Node, name: str, mistakes: Mistakes) -> YamlValue:
    if isinstance(node, yaml.MappingNode):
        return YamlValue(value=_map(node, name, mistakes), line=_line(node))
    if isinstance(node, yaml.SequenceNode):
        items = [_value(item, name, mistakes) for item in node.value]
        return YamlValue(value=items, line=_line(node))
    return YamlValue(value=_scalar(node, name, mistakes), line=_line(node))


def _scalar(node: yaml.Node, name: str, mistakes: Mistakes) -> object:
    kind = node.tag.removeprefix(_OWN_TAG)
    if kind not in {"int", "float", "bool", "null"}:
        return str(node.value)
    try:
        value: object = yaml.SafeLoader("").construct_object(node)
    except (ValueError, OverflowError):
        mistakes.add(name, f"{str(node.value)[:60]!r} is no number", _line(node))
        return None
    return value


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _line_of(error: yaml.YAMLError, text: str) -> int | None:
    if isinstance(error, yaml.reader.ReaderError):  # knows how many characters it had read
        return text.count("\n", 0, error.position) + 1
    mark = getattr(error, "problem_mark", None)
    return None if mark is None else int(mark.line) + 1


def _problem(error: yaml.YAMLError) -> str:
    return str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
