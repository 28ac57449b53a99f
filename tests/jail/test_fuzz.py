"""The code that reads messages, plans and archives, fuzzed alone under ASan and UBSan."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from sandbox.archive import ArchiveFile, pack
from sandbox.model import InputFile, Limits, RunSpec
from sandbox.plan import encode
from sandbox.protocol import encode_request
from sandbox.supervisor import JAILER_PATH, JailerConfig, make_plan
from tests.jail.programs import without_strings

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.jail

RUNS = 300_000


@pytest.fixture(scope="module")
def fuzzer() -> Path:
    subprocess.run(["make", "-s", "fuzz"], cwd=JAILER_PATH.parent, check=True)
    return JAILER_PATH.parent / "build" / "fuzz"


def seeds() -> dict[str, bytes]:
    """Give one well-formed input of each target, as the Python side writes them."""
    limits = Limits(cpu_ms=1000, wall_ms=2000, memory_bytes=1 << 20)
    plain = RunSpec(argv=("/usr/bin/true",), limits=limits)
    full = RunSpec(
        argv=("/usr/bin/python3", "-c", "pass"),
        limits=limits,
        files=(InputFile(name="a", content=b"b"),),
        outputs=("out", "dir/"),
        use_app=True,
    )
    files = [ArchiveFile(name="d/e", content=b"x"), ArchiveFile(name="f", content=b"", mode=0o755)]
    return {
        "request": b"r" + encode_request(plain, (("A", "1"),)),
        "no-strings": b"r" + without_strings(encode_request(plain, ())),
        "full-request": b"r" + encode_request(full, (("A", "1"), ("B", "")), member=1),
        "plan": b"p" + encode(make_plan(JailerConfig(slots=2))),
        "archive": b"a" + pack(files),
        "climbing": b"a" + pack(files).replace(b"d/e", b"../"),
    }


def test_parsers_survive_mutated_input(fuzzer, tmp_path):
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name, data in seeds().items():
        (corpus / name).write_bytes(data)
    command = [fuzzer, f"-runs={RUNS}", "-max_total_time=40", "-max_len=65536", "-seed=1", corpus]
    done = subprocess.run(
        command, check=False, cwd=tmp_path, capture_output=True, text=True, timeout=110
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "DONE" in done.stderr or "Done" in done.stderr
