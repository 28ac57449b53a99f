from __future__ import annotations

import re

import pytest

from judging.model import CompileResult, Explanation, Verdict
from store.model import Scope
from tests.unit.web.conftest import Client
from tests.web_world import result
from web.auth import COOKIE
from web.drawing import editor_mode, shown
from web.wording import VERDICTS, byte_size, milliseconds, percent

ORIGIN = {"Origin": "http://localhost"}
FORM = {"language": "python3", "source": "print(1)\r\n", "stdin": "5\r\n"}


@pytest.fixture
def browser(app, world):
    world.start_worker()
    client = app.test_client()
    client.set_cookie(COOKIE, world.issue_key(Scope.SUBMIT, Scope.READ), domain="localhost")
    return client


def send(browser, **fields):
    answer = browser.post("/submit", data={**FORM, **fields}, headers=ORIGIN)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def test_form_works_without_scripts(browser, world):
    address = send(browser, expected_output="1")
    waiting = browser.get(address).text
    assert '<noscript><meta http-equiv="refresh"' in waiting
    assert "Waiting in the queue" in waiting
    world.judge(result(stdout=b"1\n"))
    done = browser.get(address).text
    assert "http-equiv" not in done
    assert "Accepted" in done
    assert "print(1)" in done
    record = world.submissions.get(address.removeprefix("/s/"))
    assert world.blobs.get(record.files[0].blob.sha256) == b"print(1)\n"


def test_page_has_no_inline_script_and_no_inline_style(browser, world):
    address = send(browser)
    world.judge(result(stdout=b"1\n"))
    for path in ("/", address, "/docs", "/login"):
        page = browser.get(path).text
        assert not re.search(r"<script(?![^>]* src=)", page)
        assert not re.search(r"<[^>]+\s(on[a-z]+|style)=", page)
        assert "javascript:" not in page


def test_run_without_comparison_does_not_claim_acceptance(browser, world):
    address = send(browser)
    world.judge(result())
    assert "Ran to its end" in browser.get(address).text


@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_verdict_is_icon_word_and_colour(browser, world, verdict):
    address = send(browser, expected_output="1")
    world.judge(result(verdict=verdict, reason="cpu"))
    page = browser.get(f"{address}/result").text
    wording = VERDICTS[verdict]
    assert wording.title in page
    assert f'href="#icon-{wording.icon}"' in page
    assert f'class="verdict {wording.tone}"' in page
    assert f'id="icon-{wording.icon}"' in browser.get("/").text


def test_result_is_drawn_as_it_arrives(browser, world):
    address = send(browser)
    claim = world.claim()
    assert "Compiling" in browser.get(f"{address}/result").text
    world.compile(claim)
    world.report(claim, 1, 3, result("first"))
    part = browser.get(f"{address}/result").text
    assert "Running test case 2 of 3" in part
    assert part.count("data-case=") == 1
    assert part.count('class="waiting"') == 2
    assert "<html" not in part


def test_compile_log_is_open_when_it_failed(browser, world):
    address = send(browser)
    why = Explanation(reason="error", text="The compiler refused it.")
    claim = world.claim()
    compiled = CompileResult(verdict=Verdict.CE, explanation=why, log=b"main.py:1: no\n")
    world.publish(claim, [], compiled)
    page = browser.get(address).text
    assert re.search(r'id="compile-log" open', page)
    assert "main.py:1: no" in page
    assert "The compiler refused it." in page


def test_permalink_of_others_is_not_found(browser, client):
    submission_id = client.send()
    assert browser.get(f"/s/{submission_id}").status_code == 404
    assert browser.get(f"/s/{submission_id}/result").status_code == 404
    assert browser.get("/s/%00").status_code == 404


def test_pieces_need_a_session(app):
    client = app.test_client()
    for path in ("/", "/s/x"):
        assert client.get(path).status_code == 401
    for path in ("/s/x/result", "/recent"):
        assert client.get(path).status_code == 401


def test_recent_lists_own_submissions_newest_first(browser, client):
    client.send()
    addresses = [send(browser), send(browser)]
    listed = re.findall(r'href="(/s/[^"]+)"', browser.get("/recent").text)
    assert listed == addresses[::-1]


def test_bad_form_is_answered_with_a_page(browser):
    answer = browser.post(
        "/submit", data={**FORM, "source": ""}, headers={**ORIGIN, "Accept": "text/html"}
    )
    assert answer.status_code == 400
    assert "The program is empty." in answer.text
    assert answer.text.startswith("<!doctype html>")


def test_page_of_a_judged_submission_survives_missing_sources(browser, world):
    address = send(browser)
    world.judge(result())
    record = world.submissions.get(address.removeprefix("/s/"))
    world.blobs.path(record.files[0].blob.sha256).unlink()
    assert browser.get(address).status_code == 200


def test_form_holds_what_was_sent_to_the_byte(browser, world):
    address = send(browser, source="\r\nprint(1)", stdin="\r\n5\r\n", expected_output="\r\n1")
    world.judge(result(stdout=b"\n\n1\n"))
    page = browser.get(address).text
    for text in ("\nprint(1)", "\n5\n", "\n1"):
        assert f">\n{text}</textarea>" in page  # a parser drops the first newline
    assert ">\n\n\n1\n</pre>" in page


def test_form_says_what_it_does_not_hold(browser, world):
    key = browser.get_cookie(COOKIE).value
    owner = Client(browser.application, key)
    large = owner.send(stdin="x" * (1 << 20) + "x")
    broken = owner.send(stdin_base64="/w==")
    files = [{"name": "main.py", "content": "import b"}, {"name": "b.py", "content": "print(1)"}]
    several = owner.send(files=files, source=None, test_cases=[{}, {}])
    for submission_id in (large, broken):
        page = browser.get(f"/s/{submission_id}").text
        assert "The input is too large for this form, or not UTF-8." in page
        assert "xxxx" not in page
    page = browser.get(f"/s/{several}").text
    assert "Of 2 files the editor holds main.py." in page
    assert "The 2 test cases that came with it are not in this form." in page


def test_hidden_output_is_not_called_empty(browser, world):
    world.add_problem()
    address = send(browser, problem="sum")
    world.judge(result("secret/1", Verdict.WA, "difference", stdout=b"7", output_bytes=1))
    page = browser.get(address).text
    assert "What a program writes in a secret test case is not shown." in page
    assert "nothing written" not in page


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0.0 ms"), (9.96, "10.0 ms"), (640.4, "640 ms"), (1530, "1.53 s")]
)
def test_milliseconds(value, text):
    assert milliseconds(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (3 << 10, "3.0 KiB"),
        (256 << 20, "256 MiB"),
        (3 << 30, "3.0 GiB"),
    ],
)
def test_byte_size(value, text):
    assert byte_size(value) == text


def test_percent_stays_within_the_bar():
    assert [percent(v, 100) for v in (-1, 0, 50, 250)] == [0, 0, 50, 100]
    assert percent(5, None) == 0


def test_output_says_what_it_is():
    assert shown(b"ok\n").note == "3 B"
    assert shown(b"ok").note == "2 B, no newline at the end"
    assert "not UTF-8" in shown(b"\xff\n").note
    assert shown("\ufffd\n".encode()).note == "4 B"
    assert shown(b"a\n", 4096).note == "first 2 B"


def test_without_workers_every_language_can_be_chosen(app, world):
    client = app.test_client()
    client.set_cookie(COOKIE, world.issue_key(), domain="localhost")
    page = client.get("/").text
    assert "No worker is running now" in page
    assert " disabled>" not in page.split('id="language"')[1].split("</select>")[0]
    world.start_worker(["c"])
    page = client.get("/").text
    assert "No worker is running now" not in page
    assert " disabled>" in page.split('id="language"')[1].split("</select>")[0]


def test_every_language_has_its_highlighting(world):
    for info in world.services().registry.infos():
        assert editor_mode(list(info.extensions)), info.name
