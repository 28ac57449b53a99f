// Follow one submission until it is final: an event stream while there is one to be had, else
// polling with the ETag. Calls `onChange` for every change; knows nothing of how it is shown.

const POLL_MS = 1000;
const QUIET_POLL_MS = 5000;

/** Follow `id`; returns a function that stops. */
export function watch(id, onChange) {
  const address = `/api/v1/submissions/${encodeURIComponent(id)}`;
  let stopped = false;
  let source = null;
  let timer = null;
  let tag = null;

  const stop = () => {
    stopped = true;
    source?.close();
    clearTimeout(timer);
  };

  const poll = async () => {
    let pause = POLL_MS;
    try {
      const answer = await fetch(address, { headers: tag ? { "If-None-Match": tag } : {} });
      if (stopped) return;
      if (answer.status === 200) {
        tag = answer.headers.get("ETag");
        onChange();
        if (["done", "cancelled"].includes((await answer.json()).state)) stop();
      } else if ([401, 403, 404, 410].includes(answer.status)) {
        stop();
      }
    } catch {
      pause = QUIET_POLL_MS; // the server is away; it may come back
    }
    if (!stopped) timer = setTimeout(poll, pause);
  };

  const listen = () => {
    source = new EventSource(`${address}/events`);
    for (const name of ["state", "compile", "test"]) source.addEventListener(name, () => onChange());
    source.addEventListener("end", () => { onChange(); stop(); });
    source.addEventListener("error", () => {
      // CONNECTING: the browser comes back by itself. CLOSED: the stream was refused.
      if (source.readyState === EventSource.CLOSED && !stopped) poll();
    });
  };

  listen();
  return stop;
}
