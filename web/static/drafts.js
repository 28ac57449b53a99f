// What the person wrote, kept in this browser: one draft per language, and the input fields.
// Storage may be missing or full; then nothing is kept and nothing breaks.

const PREFIX = "brig.draft.";

function read(key) {
  try { return localStorage.getItem(key); } catch { return null; }
}

function write(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
    return true;
  } catch { return false; }
}

export const drafts = {
  source: (language) => read(PREFIX + language),
  keepSource: (language, text) => write(PREFIX + language, text),
  forgetSource: (language) => write(PREFIX + language, null),
  choice: (name) => read(`brig.${name}`),
  keepChoice: (name, value) => write(`brig.${name}`, value),
};
