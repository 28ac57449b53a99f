"""The words and signs that people see for verdicts and states; machines get the codes.

A verdict is told three times, by icon, word and colour (`tone`), so that none is needed alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from judging.model import JudgeState, Verdict


@dataclass(frozen=True, slots=True)
class Wording:
    """A title for people, the id of an icon in the page's sprite, and a tone of the stylesheet."""

    title: str
    icon: str
    tone: str


VERDICTS = {
    Verdict.AC: Wording("Accepted", "check", "good"),
    Verdict.PA: Wording("Partly accepted", "half", "warn"),
    Verdict.WA: Wording("Wrong answer", "cross", "bad"),
    Verdict.PE: Wording("Presentation error", "lines", "warn"),
    Verdict.TLE: Wording("Time limit exceeded", "clock", "late"),
    Verdict.MLE: Wording("Memory limit exceeded", "chip", "late"),
    Verdict.OLE: Wording("Output limit exceeded", "overflow", "late"),
    Verdict.RTE: Wording("Run-time error", "bolt", "bad"),
    Verdict.SV: Wording("Security violation", "shield", "bad"),
    Verdict.CE: Wording("Compile error", "braces", "warn"),
    Verdict.JE: Wording("Judge error", "wrench", "ours"),
    Verdict.SK: Wording("Skipped", "skip", "quiet"),
}

STATES = {
    JudgeState.QUEUED: Wording("Waiting in the queue", "dots", "quiet"),
    JudgeState.COMPILING: Wording("Compiling", "dots", "busy"),
    JudgeState.RUNNING: Wording("Running", "dots", "busy"),
    JudgeState.DONE: Wording("Judged", "check", "quiet"),
    JudgeState.CANCELLED: Wording("Cancelled", "skip", "quiet"),
}


def milliseconds(value: float | None) -> str:
    """Format a time for people: `8.0 ms`, `640 ms`, `1.53 s`; nothing for None."""
    if value is None:
        return ""
    if value < 10:  # noqa: PLR2004 - below ten, a digit more is worth reading
        return f"{value:.1f} ms"
    return f"{value:.0f} ms" if value < 1000 else f"{value / 1000:.2f} s"  # noqa: PLR2004 - as above


def byte_size(value: float | None) -> str:
    """Format a size for people, in powers of 1024: `512 B`, `3.4 MiB`; nothing for None."""
    if value is None:
        return ""
    for unit in ("B", "KiB", "MiB"):
        if value < 1024:  # noqa: PLR2004 - the step of binary units
            return f"{value:.0f} {unit}" if value >= 100 or unit == "B" else f"{value:.1f} {unit}"  # noqa: PLR2004 - three digits are enough
        value /= 1024
    return f"{value:.1f} GiB"


def percent(value: float, limit: float | None) -> int:
    """Return how much of `limit` was used, from 0 to 100."""
    return 0 if not limit else max(0, min(100, round(100 * value / limit)))
