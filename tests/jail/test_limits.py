"""Each limit is enforced, and each is told apart from the others."""

from __future__ import annotations

import signal

import pytest

from sandbox.model import ExitKind
from sandbox.sealed import SealedFile
from tests.jail.programs import python, shell, slowness

pytestmark = pytest.mark.jail

MIB = 1 << 20


def test_program_that_ends_well_is_exited_with_its_output(slot):
    result = slot.run(python("print('hello')"))
    assert (result.kind, result.exit_code, result.signal) == (ExitKind.EXITED, 0, None)
    assert (result.stdout, result.stderr, result.output_bytes) == (b"hello\n", b"", 6)
    assert 0 < result.cpu_ms <= result.wall_ms + 10  # cpu time may be counted in ticks
    assert 0 < result.memory_bytes < 32 * MIB


def test_exit_code_and_signal_are_told_apart(slot):
    exited = slot.run(python("import os; os._exit(139)"))
    assert (exited.kind, exited.exit_code, exited.signal) == (ExitKind.EXITED, 139, None)
    killed = slot.run(python("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"))
    assert (killed.kind, killed.exit_code) == (ExitKind.SIGNALED, None)
    assert killed.signal == signal.SIGSEGV


def test_exit_code_137_is_no_memory_limit(slot):
    assert slot.run(python("import os; os._exit(137)")).kind is ExitKind.EXITED
    assert slot.run(python("import os; os.kill(os.getpid(), 9)")).kind is ExitKind.SIGNALED


def test_spinning_is_ended_by_the_cpu_limit(slot):
    result = slot.run(python("while True: pass", cpu_ms=200))
    assert result.kind is ExitKind.CPU_LIMIT
    assert 200 <= result.cpu_ms < (260 if slowness() == 1 else 400)


def test_cpu_of_children_counts_even_when_nobody_waits_for_them(slot):
    code = "import os\nfor i in range(3): os.fork()\nwhile True: pass"
    result = slot.run(python(code, cpu_ms=300))
    assert result.kind is ExitKind.CPU_LIMIT
    assert 300 <= result.cpu_ms < (400 if slowness() == 1 else 600)


def test_sleeping_is_ended_by_the_wall_limit(slot):
    result = slot.run(python("import time; time.sleep(60)", wall_ms=300))
    assert result.kind is ExitKind.WALL_LIMIT
    assert 298 <= result.wall_ms < 400  # timers of user-mode Linux may be early by a fraction
    assert result.cpu_ms < 200 or slowness() > 1


def test_stopping_oneself_is_ended_by_the_wall_limit(slot):
    result = slot.run(
        python("import os, signal; os.kill(os.getpid(), signal.SIGSTOP)", wall_ms=300)
    )
    assert result.kind is ExitKind.WALL_LIMIT


def test_ignoring_every_signal_does_not_help(slot):
    code = """
import signal
for number in range(1, 65):
    try: signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError): pass
while True: pass
"""
    assert slot.run(python(code, cpu_ms=200)).kind is ExitKind.CPU_LIMIT


def test_memory_above_the_limit_is_memory_limit(slot):
    result = slot.run(python(f"x = b'a' * {200 * MIB}"))
    assert result.kind is ExitKind.MEMORY_LIMIT
    assert result.oom_kills >= 1
    assert 63 * MIB <= result.memory_bytes <= 65 * MIB


def test_memory_below_the_limit_is_none(slot):
    result = slot.run(python(f"x = b'a' * {40 * MIB}; print(len(x))"))
    assert result.kind is ExitKind.EXITED
    assert 40 * MIB <= result.memory_bytes < 64 * MIB


def test_reserving_address_space_is_no_memory(slot):
    result = slot.run(
        python("import mmap; m = mmap.mmap(-1, 1 << 38, flags=mmap.MAP_PRIVATE | 0x4000); print(1)")
    )
    assert (result.kind, result.exit_code) == (ExitKind.EXITED, 0)


def test_oom_of_a_child_alone_is_memory_limit(slot):
    code = f"""
import os
if os.fork() == 0:
    x = b'a' * {200 * MIB}
os.wait()
print('the right answer', flush=True)
"""
    assert slot.run(python(code)).kind is ExitKind.MEMORY_LIMIT


def test_memory_of_many_processes_is_summed(slot):
    code = f"""
import os, time
for _ in range(6):
    if os.fork() == 0:
        x = b'a' * {16 * MIB}
        time.sleep(30)
time.sleep(30)
"""
    assert slot.run(python(code)).kind is ExitKind.MEMORY_LIMIT


@pytest.mark.parametrize("path", ["/box/x", "/tmp/x", "/dev/shm/x"])
def test_files_in_memory_count_as_memory(slot, path):
    code = f"f = open('{path}', 'wb')\nfor _ in range(100): f.write(b'a' * {MIB}); f.flush()"
    result = slot.run(python(code, file_bytes=200 * MIB, work_bytes=200 * MIB))
    assert result.kind is ExitKind.MEMORY_LIMIT


def test_limit_too_small_for_the_runtime_is_memory_limit(slot):
    assert slot.run(python("print(1)", memory_bytes=1024)).kind is ExitKind.MEMORY_LIMIT


def test_writing_exactly_the_output_limit_is_allowed(slot):
    result = slot.run(
        python("import os; os.write(1, b'a' * 600); os.write(2, b'b' * 400)", output_bytes=1000)
    )
    assert (result.kind, result.output_bytes) == (ExitKind.EXITED, 1000)
    assert (len(result.stdout), len(result.stderr)) == (600, 400)


def test_one_byte_over_the_output_limit_is_output_limit_in_spite_of_exit_0(slot):
    result = slot.run(python("import os; os.write(1, b'a' * 1001)", output_bytes=1000))
    assert (result.kind, result.output_bytes) == (ExitKind.OUTPUT_LIMIT, 1001)
    assert len(result.stdout) == 1000


def test_flood_of_output_is_stopped(slot):
    result = slot.run(python("import os\nwhile True: os.write(2, b'a' * 65536)", output_bytes=MIB))
    assert result.kind is ExitKind.OUTPUT_LIMIT
    assert len(result.stderr) == MIB
    assert result.output_bytes < 8 * MIB


def test_file_size_is_limited(slot):
    result = slot.run(shell("exec head -c 2000000 /dev/zero > /tmp/x", file_bytes=MIB))
    assert (result.kind, result.signal) == (ExitKind.SIGNALED, signal.SIGXFSZ)
    assert result.work_bytes == MIB


def test_work_directory_has_a_size_and_a_number_of_files(slot):
    full = slot.run(shell("head -c 3000000 /dev/zero > /box/x", work_bytes=2 * MIB))
    assert b"No space left" in full.stderr
    many = slot.run(shell("for i in $(seq 100); do : > /tmp/$i || exit 7; done", work_inodes=50))
    assert many.exit_code != 0
    assert b"No space left" in many.stderr


def test_open_files_are_limited(slot):
    code = "import os\ntry:\n  while True: n = os.dup(1)\nexcept OSError as e: print(e.errno)"
    assert slot.run(python(code, open_files=20)).stdout == b"24\n"


def test_few_open_files_are_no_fault_of_the_host(slot):
    loader = slot.run(shell("true", open_files=3))
    assert (loader.kind, loader.exit_code) == (ExitKind.EXITED, 127)  # no number for a library
    assert slot.run(shell("exit 5", open_files=4)).exit_code == 5


def test_stack_is_limited(slot):
    code = "import resource; print(resource.getrlimit(resource.RLIMIT_STACK))"
    assert slot.run(python(code, stack_bytes=16 * MIB)).stdout == b"(16777216, 16777216)\n"


def test_processes_and_threads_are_limited_together(slot):
    code = """
import threading, time
try:
    for n in range(100):
        threading.Thread(target=time.sleep, args=(0.5,), daemon=True).start()
except RuntimeError:
    print(n)
"""
    result = slot.run(python(code, processes=8))
    assert result.stdout == b"7\n"  # the main thread is the eighth
    assert result.processes_limit_hits >= 1
    assert result.processes_peak in {8, None}


def test_sealed_input_is_read_from_its_start_each_time(slot):
    with SealedFile.from_bytes(b"1 2\n") as stdin:
        first = slot.run(shell("cat", stdin=stdin))
        second = slot.run(shell("cat", stdin=stdin))
    assert first.stdout == second.stdout == b"1 2\n"


def test_input_of_the_caller_costs_the_program_nothing(slot):
    with SealedFile.from_bytes(b"x" * (20 * MIB)) as stdin:
        result = slot.run(shell("exec wc -c", stdin=stdin, memory_bytes=16 * MIB))
    assert result.stdout == b"20971520\n"
    assert result.memory_bytes < 4 * MIB
