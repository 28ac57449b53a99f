"""The whole stack through HTTP: what a person sends in is judged in a real jail, and truly.

Hostile programs are text here and run nowhere but in the jail.
"""

from __future__ import annotations

import io
import json
import threading
import time
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.page_world import browsing
from tests.e2e.test_serve import Server, temporary_home

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

EXAMPLES = Path(__file__).parents[2] / "examples" / "problems"
WAIT_S = 40
MIB = 1 << 20

SUM_CPP = "#include <iostream>\nint main(){long long a,b;std::cin>>a>>b;std::cout<<a+b<<'\\n';}"
SUM_PYTHON = "print(sum(map(int, input().split())))"
SUM_JAVA = """
import java.util.Scanner;
public class Sum {
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        System.out.println(in.nextInt() + in.nextInt());
    }
}"""
MEMORY_HOG = """
#include <cstring>
int main() { for (;;) { char *p = new char[1 << 20]; memset(p, 1, 1 << 20); } }"""
FORK_BOMB = "#include <unistd.h>\nint main() { for (;;) fork(); }"
SLEEPER = "import time\ntime.sleep(600)"
SLOW_ECHO = "import time\nline = input()\ntime.sleep(0.5)\nprint(line)"

SUM = {"stdin": "20 22", "expected_output": "42"}


class Api:
    """A client with the key that `brig serve` printed."""

    def __init__(self, announcement):
        self.url = announcement["url"]
        self._key = announcement["api_key"]

    def call(self, path, body=None, kind="application/json"):
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": kind}
        request = urllib.request.Request(self.url + path, data=data, headers=headers)
        return urllib.request.urlopen(request, timeout=WAIT_S + 10)

    def judge(self, **fields):
        with self.call(f"/api/v1/submissions?wait={WAIT_S}", fields) as answer:
            body = json.load(answer)
        assert body["state"] == "done", body
        return body


@pytest.fixture(scope="module")
def announcement():
    with temporary_home() as home:
        server = Server(home)
        try:
            yield server.announcement()
        finally:
            server.end()


@pytest.fixture(scope="module")
def api(announcement):
    return Api(announcement)


@pytest.mark.parametrize(
    ("language", "source"), [("cpp17", SUM_CPP), ("python3", SUM_PYTHON), ("java", SUM_JAVA)]
)
def test_right_program_is_accepted(api, language, source):
    body = api.judge(language=language, source=source, **SUM)
    assert (body["verdict"], body["score"]) == ("AC", 1.0)
    assert body["test_results"][0]["stdout"] == "42\n"
    assert body["cpu_ms"] > 0
    assert body["memory_bytes"] > 0


@pytest.mark.parametrize(
    ("verdict", "reason", "fields"),
    [
        ("WA", "difference", {"language": "python3", "source": "print(41)", **SUM}),
        (
            "TLE",
            "cpu",
            {"language": "c", "source": "int main(){for(;;);}", "limits": {"cpu_ms": 300}},
        ),
        (
            "TLE",
            "wall",
            {"language": "python3", "source": SLEEPER, "limits": {"wall_ms": 800}},
        ),
        (
            "MLE",
            "memory",
            {"language": "cpp17", "source": MEMORY_HOG, "limits": {"memory_bytes": 64 * MIB}},
        ),
        ("RTE", "exit_code", {"language": "python3", "source": "raise SystemExit(3)"}),
        ("RTE", "signal", {"language": "c", "source": "int main(){return *(volatile int*)0;}"}),
        (
            "OLE",
            "output",
            {
                "language": "python3",
                "source": "print('x' * 5000)",
                "limits": {"output_bytes": 1000},
            },
        ),
        ("CE", "error", {"language": "c", "source": "int main(){"}),
    ],
)
def test_wrong_program_gets_its_own_verdict(api, verdict, reason, fields):
    body = api.judge(**fields)
    assert (body["verdict"], body["explanation"]["reason"]) == (verdict, reason)
    assert body["explanation"]["text"]


def test_fork_bomb_is_a_verdict_and_no_incident(api):
    limits = {"cpu_ms": 500, "wall_ms": 1500}
    body = api.judge(language="c", source=FORK_BOMB, limits=limits)
    assert body["verdict"] in {"TLE", "MLE", "RTE"}
    after = api.judge(language="python3", source=SUM_PYTHON, **SUM)
    assert after["verdict"] == "AC"


def test_events_tell_a_test_case_before_the_last_one_has_ended(api):
    cases = [{"stdin": str(n), "expected_output": str(n)} for n in range(3)]
    sent = {"language": "python3", "source": SLOW_ECHO, "test_cases": cases, "run_all": True}
    with api.call("/api/v1/submissions", sent) as answer:
        submission_id = json.load(answer)["id"]
    told = []
    with api.call(f"/api/v1/submissions/{submission_id}/events") as stream:
        told = [
            (time.monotonic(), line.decode().split(": ", 1)[1].strip())
            for line in stream
            if line.startswith(b"event: ")
        ]
    names = [name for _, name in told]
    assert names.count("test") == len(cases)
    assert names[-1] == "end"
    first_test = next(moment for moment, name in told if name == "test")
    assert told[-1][0] - first_test > 0.5


def test_running_program_is_cancelled(api):
    with api.call("/api/v1/submissions", {"language": "python3", "source": SLEEPER}) as answer:
        submission_id = json.load(answer)["id"]
    address = f"/api/v1/submissions/{submission_id}"
    wait_for_state(api, address, "running")
    api.call(f"{address}/cancel", {}).close()
    assert wait_for_state(api, address, "cancelled")["verdict"] is None


def wait_for_state(api, address, state):
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        with api.call(address) as answer:
            body = json.load(answer)
        if body["state"] == state:
            return body
        time.sleep(0.05)
    raise AssertionError(f"still {body['state']}")


def test_uploaded_package_is_judged_against(api):
    with api.call("/api/v1/problems", zipped(EXAMPLES / "sum"), "application/zip") as answer:
        assert json.load(answer)["id"] == "sum"
    right = api.judge(language="python3", source=SUM_PYTHON, problem="sum")
    assert right["verdict"] == "AC"
    assert len(right["test_results"]) == right["tests_total"] > 2
    wrong = api.judge(language="python3", source="print(3)", problem="sum")
    assert wrong["verdict"] == "WA"


def zipped(folder):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder.parent))
    return buffer.getvalue()


def test_many_at_once_are_all_judged(api):
    verdicts = []

    def send(number):
        body = api.judge(
            language="python3",
            source=SUM_PYTHON,
            stdin=f"{number} 1",
            expected_output=f"{number + 1}",
        )
        verdicts.append(body["verdict"])

    threads = [threading.Thread(target=send, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT_S)
    assert verdicts == ["AC"] * 12


def test_bad_input_names_the_field(api):
    with pytest.raises(urllib.error.HTTPError) as refused:
        api.call("/api/v1/submissions", {"language": "python3", "source": "x" * (10 * MIB)})
    with refused.value as answer:
        assert (answer.code, json.load(answer)["error"]["field"]) == (413, "source")


def test_page_shows_a_row_before_the_last_test_case_has_ended(announcement, api):
    upload = zipped_echo(4)
    api.call("/api/v1/problems", upload, "application/zip").close()
    with browsing() as browser:
        page = browser.new_context().new_page()
        page.goto(announcement["login_url"])
        page.locator(".cm-content").click()
        page.keyboard.press("Control+A")
        page.keyboard.insert_text(SLOW_ECHO)
        page.select_option("#language", "python3")
        page.select_option("#problem", "echo")
        page.keyboard.press("Control+Enter")
        page.locator("[data-case='1']").wait_for()
        assert page.locator("#result[data-final]").count() == 0
        assert page.locator("[data-case='4']").count() == 0
        expect(page.locator("#result-title")).to_contain_text("Accepted", timeout=WAIT_S * 1000)
        assert page.locator("[data-case]").count() == 4


def zipped_echo(count):
    """A package whose answer is its input, so that a slow program can be watched."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("echo/problem.yaml", "name: Echo\n")
        for number in range(count):
            archive.writestr(f"echo/data/secret/{number}.in", f"{number}\n")
            archive.writestr(f"echo/data/secret/{number}.ans", f"{number}\n")
    return buffer.getvalue()
