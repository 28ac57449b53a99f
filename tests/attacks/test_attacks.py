"""Every hostile program ends as the catalogue says, within its limits and a little."""

from __future__ import annotations

import platform
import signal
import time

import pytest

from sandbox.archive import ArchiveFile, pack, unpack
from sandbox.model import RunSpec
from sandbox.sealed import SealedFile
from tests.attacks.catalogue import ATTACKS
from tests.jail.programs import limits, slowness

pytestmark = [
    pytest.mark.jail,
    pytest.mark.skipif(platform.machine() != "x86_64", reason="numbers are those of x86-64"),
]

_OVERHEAD_S = 2.0
# User-mode Linux has no 32-bit calls: it takes `int 0x80` for a 64-bit one.
HERE = [attack for attack in ATTACKS if attack.name != "int80" or slowness() == 1]


def run(attack, slot, built):
    program = ArchiveFile(name="attack", content=(built / attack.name).read_bytes(), mode=0o755)
    spec = RunSpec(
        argv=("/app/attack", *attack.arguments),
        limits=limits(**attack.limits),
        use_app=True,
        outputs=attack.outputs,
        outputs_max_bytes=1 << 20,
    )
    with SealedFile.from_bytes(pack([program])) as artefact:
        slot.load(artefact)
    started = time.monotonic()
    result = slot.run(spec)
    assert time.monotonic() - started < spec.limits.wall_ms / 1000 + _OVERHEAD_S * slowness()
    return result


@pytest.mark.parametrize("attack", HERE, ids=str)
def test_attack_ends_as_expected(attack, slot, built):
    result = run(attack, slot, built)
    assert result.kind in attack.kinds, result
    if attack.signal is not None:
        assert result.signal == signal.Signals(attack.signal)
    if attack.stdout is not None and (attack.stdout or result.kind.value == "exited"):
        assert result.stdout == attack.stdout
    if result.kind.value == "exited" and attack.exit_code is not None:
        assert result.exit_code == attack.exit_code
    if attack.denied is not None:
        assert result.denied is not None
        assert result.denied.name == attack.denied
    assert (result.denied is not None) == (attack.denied is not None)
    assert result.missing_outputs == attack.missing
    if attack.hits_processes:
        assert result.processes_limit_hits >= 1
    assert result.processes_peak is None or result.processes_peak <= result.limits.processes
    assert result.memory_bytes <= max(result.limits.memory_bytes, 1 << 20)
    assert len(result.stdout) + len(result.stderr) <= result.limits.output_bytes


def test_every_attack_is_in_the_catalogue(built):
    assert {attack.name for attack in ATTACKS} == {path.name for path in built.iterdir()}


def test_no_core_file_is_left(slot, built):
    attack = next(a for a in ATTACKS if a.name == "core_dump")
    archive = run(attack, slot, built).archive
    assert archive is not None
    assert [file.name for file in unpack(archive)] == []
