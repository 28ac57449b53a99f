// The playground: the form, the editor in it, and the keys. Without scripts the form still works;
// everything here is an improvement on it.

import { drafts } from "/static/drafts.js";
import { current, humanTimes, isLive, resume, show } from "/static/result.js";
import { createEditor } from "/static/vendor/codemirror/editor.js";

const byId = (id) => document.getElementById(id);
const form = byId("program");
const language = byId("language");
const problem = byId("problem");
const stdin = byId("stdin");
const expected = byId("expected");
const runAll = byId("run-all");
const runButton = byId("run");
const cancelButton = byId("cancel");
const formError = byId("form-error");

const SAVE_PAUSE_MS = 400;
let shownLanguage = language.value;
let saveTimer = null;
let sending = false;

const option = () => language.selectedOptions[0];
const firstText = () => drafts.source(language.value) ?? option().dataset.template;

function restoreChoices() {
  if (form.dataset.submission) return; // a permalink shows what was sent, not a draft
  const wanted = drafts.choice("language");
  if ([...language.options].some((o) => o.value === wanted && !o.disabled)) language.value = wanted;
  stdin.value = drafts.choice("stdin") ?? stdin.value;
  expected.value = drafts.choice("expected") ?? expected.value;
  shownLanguage = language.value;
}

function makeEditor() {
  const textarea = byId("source");
  const text = form.dataset.submission ? textarea.value : firstText();
  const frame = byId("editor");
  frame.replaceChildren();
  return createEditor({
    parent: frame,
    text,
    mode: option().dataset.mode,
    label: "Source code",
    describedBy: "editor-hint",
    nonce: document.querySelector('meta[name="style-nonce"]').content,
    onChange: saveSoon,
    onRun: run,
  });
}

function saveSoon() {
  clearTimeout(saveTimer);
  saveTimer = setTimeout(save, SAVE_PAUSE_MS);
}

function save() {
  clearTimeout(saveTimer);
  const text = editor.text();
  const isTemplate = text === option().dataset.template;
  const kept = isTemplate ? drafts.forgetSource(shownLanguage) : drafts.keepSource(shownLanguage, text);
  byId("saved").textContent = kept && !isTemplate ? "Saved in this browser" : "";
  byId("reset").hidden = isTemplate;
}

function changeLanguage() {
  if (editor.text() !== templateOf(shownLanguage)) drafts.keepSource(shownLanguage, editor.text());
  shownLanguage = language.value;
  drafts.keepChoice("language", shownLanguage);
  editor.setText(firstText());
  editor.setMode(option().dataset.mode);
  save();
}

const templateOf = (name) => [...language.options].find((o) => o.value === name)?.dataset.template;

function startOver() {
  drafts.forgetSource(language.value);
  editor.setText(option().dataset.template);
  save();
  editor.focus();
}

function changeProblem() {
  const chosen = problem.selectedOptions[0];
  const own = problem.value === "";
  byId("own-input").hidden = !own;
  runAll.closest("label").hidden = own; // with one test case there is nothing to stop at
  byId("problem-note").hidden = own;
  byId("problem-note").textContent = own ? "" : chosen.dataset.note;
}

function order() {
  const body = { language: language.value, source: editor.text(), run_all: runAll.checked };
  if (problem.value) return { ...body, problem: problem.value };
  body.stdin = stdin.value;
  if (expected.value) body.expected_output = expected.value;
  return body;
}

async function run() {
  if (sending) return;
  sending = true;
  save();
  formError.hidden = true;
  runButton.disabled = true;
  try {
    const answer = await call("/api/v1/submissions", order());
    if (answer) {
      history.pushState({ id: answer.id }, "", `/s/${answer.id}`);
      await show(answer.id, ended);
      refreshButtons();
      refreshRecent();
    }
  } finally {
    sending = false;
    runButton.disabled = false;
  }
}

async function cancel() {
  cancelButton.disabled = true;
  await call(`/api/v1/submissions/${encodeURIComponent(current().dataset.id)}/cancel`, {});
}

async function call(address, body) {
  let answer;
  try {
    answer = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Brig-Page": "1" },
      body: JSON.stringify(body),
    });
  } catch {
    complain("The server does not answer. Is it still running?");
    return null;
  }
  const content = await answer.json().catch(() => null);
  if (answer.ok && content) return content;
  if (answer.status === 401) location.assign("/login");
  const { field, message } = content?.error ?? { message: `The server answered ${answer.status}.` };
  complain(field ? `${field}: ${message}` : message);
  return null;
}

function complain(message) {
  formError.textContent = message;
  formError.hidden = false;
}

function ended() {
  refreshButtons();
  refreshRecent();
}

function refreshButtons() {
  cancelButton.hidden = !isLive();
  cancelButton.disabled = !isLive();
}

async function refreshRecent() {
  const id = current()?.dataset.id ?? "";
  const answer = await fetch(`/recent?current=${encodeURIComponent(id)}`).catch(() => null);
  if (!answer?.ok) return;
  const drawing = new DOMParser().parseFromString(await answer.text(), "text/html");
  byId("recent-list").replaceWith(drawing.getElementById("recent-list"));
  humanTimes(byId("recent-list"));
}

function step(by) {
  const rows = [...document.querySelectorAll("[data-case]")];
  if (!rows.length) return;
  const at = rows.indexOf(document.activeElement.closest("[data-case]"));
  const next = at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by));
  rows[next].focus();
  rows[next].scrollIntoView({ block: "nearest" });
}

function toggleOutput() {
  const fold = document.activeElement.closest("[data-case]")?.querySelector("details");
  if (fold) fold.open = !fold.open;
}

const SINGLE_KEYS = {
  "?": () => byId("help").showModal(),
  j: () => step(1),
  k: () => step(-1),
  o: toggleOutput,
  e: () => editor.focus(),
};

function pressed(event) {
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && !event.defaultPrevented) {
    event.preventDefault();
    run();
    return;
  }
  const writing = event.target.closest("input, textarea, select, [contenteditable], dialog");
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (!writing && plain && byId("single-keys").checked && SINGLE_KEYS[event.key]) {
    event.preventDefault();
    SINGLE_KEYS[event.key]();
  }
}

restoreChoices();
const editor = makeEditor();
save();
changeProblem();
resume(ended);
refreshButtons();

byId("help-open").hidden = false;
byId("help-open").addEventListener("click", () => byId("help").showModal());
byId("single-keys").checked = drafts.choice("single-keys") !== "off";
byId("single-keys").addEventListener("change", (e) => drafts.keepChoice("single-keys", e.target.checked ? "on" : "off"));
byId("reset").addEventListener("click", startOver);
language.addEventListener("change", changeLanguage);
problem.addEventListener("change", changeProblem);
stdin.addEventListener("input", () => drafts.keepChoice("stdin", stdin.value));
expected.addEventListener("input", () => drafts.keepChoice("expected", expected.value));
cancelButton.addEventListener("click", cancel);
form.addEventListener("submit", (event) => { event.preventDefault(); run(); });
document.addEventListener("keydown", pressed);
window.addEventListener("popstate", () => location.reload());
