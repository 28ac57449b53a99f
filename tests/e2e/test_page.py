"""The page in a real browser, against a real server; the test itself is the worker.

With the worker in its hand a test can look at the page while a submission is half judged. Script
errors and refusals of the content security policy fail every test.
"""

from __future__ import annotations

import re
from hashlib import sha256

import pytest
from playwright.sync_api import expect

from judging.model import CompileResult, Explanation, Verdict
from store.database import open_database
from tests.e2e.page_world import browsing, serving
from tests.web_world import World, result
from web.app import create_app
from web.auth import COOKIE
from web.login import LoginLink
from web.settings import WebSettings

pytestmark = pytest.mark.e2e

LANGUAGES = ("python3", "cpp17", "java")


@pytest.fixture(scope="module")
def browser():
    with browsing() as browser:
        yield browser


@pytest.fixture
def world(tmp_path):
    settings = WebSettings(
        database_url=f"sqlite:///{tmp_path}/brig.db",
        redis_url="unix:///nowhere",
        data_path=tmp_path,
        poll_s=0.1,
        stream_lifetime_s=30.0,
    )
    database = open_database(settings.database_url)
    world = World(database, settings)
    world.start_worker(LANGUAGES)
    yield world
    database.close()


@pytest.fixture
def server(world):
    with serving(create_app(world.settings, world.services())) as address:
        yield address


def is_complaint(message):
    # Replacing a whole text, Chromium itself styles what is typed into an editable element; the
    # policy stops it, and the editor draws the text anew anyway.
    return message.type == "error" and not message.text.startswith("Applying inline style")


@pytest.fixture
def complaints():
    return []


@pytest.fixture
def page(browser, world, server, complaints):
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    key = world.issue_key()
    context.add_cookies([{"name": COOKIE, "value": key, "url": server, "sameSite": "Strict"}])
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.on("console", lambda m: complaints.append(m.text) if is_complaint(m) else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def open_page(page, address):
    page.goto(address)
    page.locator(".cm-content").wait_for()


def press_run(page):
    page.keyboard.press("Control+Enter")
    page.locator("#result").wait_for()


def headline(page):
    return page.locator("#result-title")


def test_row_appears_before_the_last_test_case_has_ended(page, server, world):
    world.add_problem("sum", case_total=3)
    open_page(page, server)
    page.select_option("#problem", "sum")
    press_run(page)
    claim = world.claim()
    expect(headline(page)).to_have_text("Compiling")
    world.compile(claim)
    world.report(claim, 1, 3, result("sample/1", is_sample=True))
    expect(page.locator("[data-case]")).to_have_count(1)
    expect(headline(page)).to_have_text("Running test case 2 of 3")
    assert not world.submissions.get(claim.record.id).is_final
    world.report(claim, 2, 3, result("secret/1", Verdict.AC))
    expect(page.locator("[data-case]")).to_have_count(2)
    last = result("secret/2", Verdict.WA, "difference")
    world.report(claim, 3, 3, last)
    world.publish(claim, [result("sample/1"), result("secret/1"), last])
    expect(headline(page)).to_contain_text("Wrong answer")
    expect(page.locator("[data-case]")).to_have_count(3)
    expect(page.locator("#recent-list li").first).to_contain_text("Wrong answer")


def focus_name(page):
    """Return the id of what has the focus, or its class."""
    focused = page.locator(":focus").first
    return focused.get_attribute("id") or focused.get_attribute("class") or ""


def sent_source(world, page):
    record = world.submissions.get(page.url.rpartition("/")[2])
    return world.blobs.get(record.files[0].blob.sha256).decode()


def test_program_is_written_and_run_by_keyboard_alone(page, server, world):
    open_page(page, server)
    walked = []
    while "run" not in walked:
        page.keyboard.press("Tab")
        walked.append(focus_name(page))
        assert len(walked) < 30, walked
    order = [name for name in walked if name in {"language", "problem", "stdin", "expected"}]
    assert order == ["language", "problem", "stdin", "expected"]
    editor = next(i for i, name in enumerate(walked) if "cm-content" in name)
    assert editor < walked.index("stdin")  # an untouched editor lets Tab pass

    page.keyboard.press("Shift+Tab")
    while "cm-content" not in focus_name(page):
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Control+A")
    page.keyboard.type("print(42)\nif x:\n")
    page.keyboard.press("Tab")  # who writes wants to indent
    page.keyboard.type("y")
    assert "cm-content" in focus_name(page)
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert "cm-content" not in focus_name(page)  # and is let go after Escape

    press_run(page)
    assert sent_source(world, page).startswith("print(42)\nif x:\n    ")
    world.judge(result("1", stdout=b"42\n"))
    expect(headline(page)).to_contain_text("Accepted")
    page.locator("#run").focus()
    page.keyboard.press("j")
    assert page.locator(":focus").first.get_attribute("data-case") == "1"
    expect(page.locator("[data-case] details")).to_have_attribute("open", "")
    page.keyboard.press("o")
    expect(page.locator("[data-case] details")).not_to_have_attribute("open", "")
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#help")).not_to_be_visible()


def test_single_letter_keys_can_be_turned_off(page, server):
    open_page(page, server)
    page.locator("#help-open").click()
    page.locator("#single-keys").uncheck()
    page.keyboard.press("Escape")
    page.locator("#run").focus()
    page.keyboard.press("?")
    expect(page.locator("#help")).not_to_be_visible()


def test_changes_are_announced_once(page, server, world):
    open_page(page, server)
    press_run(page)
    expect(page.locator("#announcer")).to_contain_text("Waiting in the queue")
    assert page.locator("#announcer").get_attribute("aria-live") == "polite"
    world.judge(result("1", Verdict.TLE, "cpu"))
    expect(page.locator("#announcer")).to_contain_text("Time limit exceeded")
    expect(page.locator("#announcer")).to_contain_text("because cpu")


def test_polling_takes_over_where_a_stream_is_refused(page, server, world, complaints):
    page.route(re.compile("/events$"), lambda route: route.fulfill(status=503, body="{}"))
    open_page(page, server)
    press_run(page)
    world.judge(result("1"))
    expect(headline(page)).to_contain_text("Accepted")
    assert len(complaints) == 1  # the refusal itself
    complaints.clear()


def test_cancel_button_cancels(page, server, world):
    open_page(page, server)
    expect(page.locator("#cancel")).not_to_be_visible()
    press_run(page)
    page.locator("#cancel").click()
    expect(headline(page)).to_have_text("Cancelled")
    expect(page.locator("#cancel")).not_to_be_visible()
    assert world.submissions.numbers().cancelled == 1


def test_opened_output_stays_open_while_others_arrive(page, server, world):
    world.add_problem("sum", case_total=2)
    open_page(page, server)
    page.select_option("#problem", "sum")
    press_run(page)
    claim = world.claim()
    world.compile(claim)
    world.report(claim, 1, 2, result("sample/1", stdout=b"first output"))
    page.locator("[data-case='1'] summary").click()
    expect(page.get_by_text("first output")).to_be_visible()
    world.report(claim, 2, 2, result("secret/1"))
    expect(page.locator("[data-case='2']")).to_be_visible()
    expect(page.get_by_text("first output")).to_be_visible()


def test_draft_and_choices_survive_a_reload(page, server):
    open_page(page, server)
    page.select_option("#language", "cpp17")
    expect(page.locator(".cm-content")).to_contain_text("#include")
    page.locator(".cm-content").click()
    page.keyboard.press("Control+A")
    page.keyboard.type("int main() {}")
    page.fill("#stdin", "my input")
    expect(page.locator("#saved")).to_have_text("Saved in this browser")
    page.reload()
    expect(page.locator(".cm-content")).to_contain_text("int main() {}")
    expect(page.locator("#language")).to_have_value("cpp17")
    expect(page.locator("#stdin")).to_have_value("my input")
    page.select_option("#language", "python3")
    expect(page.locator(".cm-content")).to_contain_text("input()")
    page.select_option("#language", "cpp17")
    expect(page.locator(".cm-content")).to_contain_text("int main() {}")
    page.locator("#reset").click()
    expect(page.locator(".cm-content")).to_contain_text("#include")


def test_permalink_shows_what_was_sent(page, server, world):
    open_page(page, server)
    page.fill("#stdin", "a b c")
    press_run(page)
    world.judge(result("1", Verdict.RTE, "signal", signal="SIGSEGV", exit_code=None))
    expect(headline(page)).to_contain_text("Run-time error")
    open_page(page, page.url)
    expect(headline(page)).to_contain_text("Run-time error")
    expect(page.locator("#stdin")).to_have_value("a b c")
    expect(page.get_by_text("ended by SIGSEGV")).to_be_visible()


def test_compile_error_shows_the_log(page, server, world):
    open_page(page, server)
    press_run(page)
    why = Explanation(reason="error", text="The compiler ended with exit code 1.")
    compiled = CompileResult(verdict=Verdict.CE, explanation=why, log=b"main.cpp:1: <error>\n")
    claim = world.claim()
    world.publish(claim, [], compiled)
    expect(page.get_by_text("main.cpp:1: <error>")).to_be_visible()


def test_refusal_names_the_field_beside_the_form(page, server, world, complaints):
    open_page(page, server)
    page.locator(".cm-content").click()
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#form-error")).to_contain_text("source")
    assert world.queue.slots_sent == 0
    assert len(complaints) == 1  # the browser notes every 400 in its console
    complaints.clear()


def test_login_link_opens_the_page(browser, world):
    link = LoginLink(sha256(b"token").hexdigest(), world.issue_key())
    with serving(create_app(world.settings, world.services(login_link=link))) as address:
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{address}/login?token=token")
        page.locator(".cm-content").wait_for()
        assert page.url == f"{address}/"
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_nothing_is_wider_than_the_window(page, server, world, width, scheme):
    page.set_viewport_size({"width": width, "height": 700})
    page.emulate_media(color_scheme=scheme)
    open_page(page, server)
    press_run(page)
    world.judge(result("a-test-case-with-a-long-name/01", Verdict.TLE, "cpu", stdout=b"x" * 5000))
    expect(headline(page)).to_contain_text("Time limit exceeded")
    for address in (page.url, f"{server}/docs", f"{server}/login"):
        page.goto(address)
        body = page.locator("html").bounding_box()
        assert body["width"] <= width
        widest = page.locator("main").bounding_box()
        assert widest["x"] + widest["width"] <= width


def test_page_works_without_scripts(browser, server, world):
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([{"name": COOKIE, "value": world.issue_key(), "url": server}])
    page = context.new_page()
    page.goto(server)
    page.fill("#source", "print(1)")
    page.locator("#run").click()
    expect(headline(page)).to_contain_text("Waiting in the queue")
    world.judge(result("1", stdout=b"1\n"))
    expect(headline(page)).to_contain_text("Accepted", timeout=10_000)
    context.close()
