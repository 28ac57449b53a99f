// The outcome of one submission on the page. The server draws it (templates/_result.html); this
// merges a newer drawing into what stands there: test cases that have arrived are never redrawn,
// so that an opened output stays open and the reader's place is kept.

import { watch } from "/static/watch.js";

const place = document.getElementById("result-place");
const announcer = document.getElementById("announcer");

let stopWatching = () => {};
let fetching = false;
let again = false;

export const current = () => document.getElementById("result");
export const isLive = () => current() !== null && !("final" in current().dataset);

/** Show submission `id` and follow it; `onEnd` is called once it is final. */
export async function show(id, onEnd) {
  stopWatching();
  place.replaceChildren();
  await refresh(id, onEnd);
  if (isLive()) stopWatching = watch(id, () => refresh(id, onEnd));
}

/** Follow what the server has drawn into the page already. */
export function resume(onEnd) {
  humanTimes(document);
  const result = current();
  if (result && isLive()) stopWatching = watch(result.dataset.id, () => refresh(result.dataset.id, onEnd));
}

// One fetch at a time; changes that come meanwhile cost one more, not one each.
async function refresh(id, onEnd) {
  if (fetching) { again = true; return; }
  fetching = true;
  const wasLive = current() === null || isLive();
  try {
    do {
      again = false;
      const answer = await fetch(`/s/${encodeURIComponent(id)}/result`);
      if (answer.ok) merge(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } while (again);
  } catch {
    announcer.textContent = "The server does not answer.";
  } finally {
    fetching = false;
  }
  if (wasLive && current() !== null && !isLive()) onEnd();
}

function merge(drawing) {
  const fresh = drawing.getElementById("result");
  const old = current();
  // Judged anew after a worker died: nothing that was shown counts any more.
  const isOther = old?.dataset.id !== fresh.dataset.id || old.dataset.delivery !== fresh.dataset.delivery;
  if (isOther) {
    place.replaceChildren(fresh);
  } else if (Number(fresh.dataset.version) >= Number(old.dataset.version)) {
    replaceParts(old, fresh);
    appendCases(old, fresh);
    for (const name of Object.keys(fresh.dataset)) old.dataset[name] = fresh.dataset[name];
  }
  humanTimes(place);
  announce();
}

function replaceParts(old, fresh) {
  for (const part of fresh.querySelectorAll("[data-part]")) {
    const there = old.querySelector(`[data-part="${part.dataset.part}"]`);
    if (!there.isEqualNode(part)) {
      const opened = there.querySelector("details")?.open;
      there.replaceWith(part);
      if (opened && part.querySelector("details")) part.querySelector("details").open = true;
    }
  }
}

function appendCases(old, fresh) {
  const table = old.querySelector("table.cases");
  for (const row of fresh.querySelectorAll("[data-case]")) {
    if (table.querySelector(`[data-case="${row.dataset.case}"]`)) continue;
    row.classList.add("arrived");
    table.append(row);
  }
  old.querySelector("#case-frame").hidden = table.querySelector("[data-case]") === null;
}

function announce() {
  const words = place.querySelector("[data-announce]").textContent.trim();
  const why = place.querySelector(".banner p")?.textContent.trim();
  const message = why ? `${words}. ${why}` : words;
  if (announcer.textContent !== message) announcer.textContent = message;
}

/** Times as this reader writes them: local, or how long ago. */
export function humanTimes(root) {
  for (const time of root.querySelectorAll("time[data-local]")) {
    time.title = time.textContent;
    time.textContent = new Date(time.dateTime).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
    delete time.dataset.local;
  }
  for (const time of root.querySelectorAll("time[data-ago]")) {
    if (!time.title) time.title = time.textContent;
    time.textContent = ago(new Date(time.dateTime));
  }
}

function ago(moment) {
  const seconds = Math.max(0, Math.round((Date.now() - moment) / 1000));
  if (seconds < 60) return "just now";
  const units = [["day", 86400], ["hour", 3600], ["minute", 60]];
  const [unit, size] = units.find(([, size]) => seconds >= size);
  return new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(-Math.floor(seconds / size), unit);
}
