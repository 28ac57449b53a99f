"""Reading a map of a package file key by key: types checked, unknown keys named with their line."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeGuard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from judging.packages.mistakes import Mistakes
    from judging.packages.yaml_lines import YamlValue


class Fields:
    """A map being read. Each reader returns its default after noting a mistake; end with `done`."""

    def __init__(self, values: dict[str, YamlValue], path: str, mistakes: Mistakes) -> None:
        self._values = values
        self._path = path
        self._mistakes = mistakes
        self._known: set[str] = set()

    def line(self, key: str) -> int | None:
        """Return the line where `key` stands, or None where it does not."""
        return self._values[key].line if key in self._values else None

    def wrong(self, key: str, message: str) -> None:
        """Note a mistake at `key`."""
        self._mistakes.add(self._path, f"{key}: {message}", self.line(key))

    def text(self, key: str, default: str = "") -> str:
        """Read text; a number or boolean there was meant as text."""
        value = self._take(key)
        if value is None:
            return default
        if isinstance(value, list | dict):
            self.wrong(key, "must be text")
            return default
        return str(value)

    def choice(self, key: str, allowed: Sequence[str], default: str) -> str:
        """Read one of some words."""
        value = self.text(key, default)
        if value not in allowed:
            self.wrong(key, f"must be one of {', '.join(allowed)}; not {value!r}")
            return default
        return value

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Read a boolean."""
        value = self._take(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.wrong(key, "must be true or false")
            return default
        return value

    def positive(self, key: str, default: float, highest: float) -> float:
        """Read a number greater than zero and at most `highest`."""
        value = self._take(key)
        if value is None:
            return default
        if not _is_number(value):
            self.wrong(key, "must be a number")
            return default
        if not 0 < value <= highest:
            shown = str(value)[:40]
            self.wrong(key, f"must be greater than 0 and at most {highest:g}; not {shown}")
            return default
        return value

    def nested(self, key: str) -> Fields:
        """Read a map inside this one; an absent or empty one has no keys."""
        value = self._take(key)
        if value is not None and not isinstance(value, dict):
            self.wrong(key, "must be a map of keys to values")
        values = value if isinstance(value, dict) else {}
        return Fields(values, self._path, self._mistakes)

    def flags(self, key: str) -> Flags | None:
        """Read program flags: one text for all programs, or a map from program to text."""
        value = self._take(key)
        if value is None:
            return None
        if isinstance(value, dict):
            by_name = Fields(value, self._path, self._mistakes)
            return Flags(by_program={name: by_name.words(name) for name in value})
        if isinstance(value, list):
            self.wrong(key, "must be text")
            return None
        return Flags(common=tuple(str(value).split()))

    def words(self, key: str) -> tuple[str, ...]:
        """Read text as words."""
        return tuple(self.text(key).split())

    def skip(self, *keys: str) -> None:
        """Know keys whose values do not matter here."""
        self._known.update(keys)

    def done(self) -> None:
        """Note every key that was never asked for."""
        for key, value in self._values.items():
            if key not in self._known:
                self._mistakes.add(self._path, f"unknown key {key!r}", value.line)

    def _take(self, key: str) -> object:
        self._known.add(key)
        return self._values[key].value if key in self._values else None


def _is_number(value: object) -> TypeGuard[int | float]:
    if isinstance(value, float):
        return not math.isnan(value)
    return isinstance(value, int) and not isinstance(value, bool)


class Flags:
    """Flags of programs: `common` to all, or by the program's name."""

    __slots__ = ("_by_program", "_common")

    def __init__(
        self,
        *,
        common: tuple[str, ...] = (),
        by_program: dict[str, tuple[str, ...]] | None = None,
    ) -> None:
        self._common = common
        self._by_program = by_program

    @property
    def is_by_program(self) -> bool:
        """Say whether different programs may get different flags."""
        return self._by_program is not None

    def of(self, program: str) -> tuple[str, ...]:
        """Return the flags of one program, named with or without its extension."""
        if self._by_program is None:
            return self._common
        stem = program.rpartition(".")[0] or program
        return self._by_program.get(program, self._by_program.get(stem, ()))
