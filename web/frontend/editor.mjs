// The page's code editor: CodeMirror 6 with the languages that Brig runs.
// Bundled once by `npm run build` into ../static/vendor/codemirror/, so that a checkout needs no
// Node. Knows nothing of the API: it edits text and says when it changed.

import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import {
  HighlightStyle, StreamLanguage, bracketMatching, indentOnInput, indentUnit, syntaxHighlighting,
} from "@codemirror/language";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState } from "@codemirror/state";
import {
  EditorView, drawSelection, highlightActiveLine, highlightActiveLineGutter,
  highlightSpecialChars, keymap, lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";

// Each language is a file of its own, fetched when it is chosen.
const clike = () => import("@codemirror/legacy-modes/mode/clike");
const stream = async (loading, name) => StreamLanguage.define((await loading)[name]);
const MODES = {
  cpp: async () => (await import("@codemirror/lang-cpp")).cpp(),
  go: async () => (await import("@codemirror/lang-go")).go(),
  java: async () => (await import("@codemirror/lang-java")).java(),
  javascript: async () => (await import("@codemirror/lang-javascript")).javascript(),
  php: async () => (await import("@codemirror/lang-php")).php(),
  python: async () => (await import("@codemirror/lang-python")).python(),
  rust: async () => (await import("@codemirror/lang-rust")).rust(),
  csharp: () => stream(clike(), "csharp"),
  kotlin: () => stream(clike(), "kotlin"),
  haskell: () => stream(import("@codemirror/legacy-modes/mode/haskell"), "haskell"),
  lua: () => stream(import("@codemirror/legacy-modes/mode/lua"), "lua"),
  pascal: () => stream(import("@codemirror/legacy-modes/mode/pascal"), "pascal"),
  perl: () => stream(import("@codemirror/legacy-modes/mode/perl"), "perl"),
  ruby: () => stream(import("@codemirror/legacy-modes/mode/ruby"), "ruby"),
};

// Every colour is a CSS variable, so that light and dark are the stylesheet's business alone.
const theme = EditorView.theme({
  "&": { height: "100%", color: "var(--text)", backgroundColor: "transparent" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", fontSize: "var(--code-size)", lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--accent)", padding: "0.75rem 0" },
  ".cm-cursor": { borderLeftColor: "var(--accent)", borderLeftWidth: "2px" },
  ".cm-gutters": { color: "var(--text-faint)", backgroundColor: "transparent", border: "none" },
  ".cm-lineNumbers .cm-gutterElement": { padding: "0 0.75rem 0 1rem", minWidth: "2.75rem" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--code-line)" },
  ".cm-activeLineGutter": { color: "var(--text-soft)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground":
    { backgroundColor: "var(--code-selection)" },
  ".cm-selectionMatch": { backgroundColor: "var(--code-match)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--code-match)", outline: "1px solid var(--line-strong)" },
  ".cm-panels": { color: "var(--text)", backgroundColor: "var(--surface-2)" },
  ".cm-panels input, .cm-panels button": { font: "inherit" },
});

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword], color: "var(--code-keyword)" },
  { tag: [tags.string, tags.character, tags.special(tags.string)], color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: "var(--code-number)" },
  { tag: tags.comment, color: "var(--code-comment)", fontStyle: "italic" },
  { tag: [tags.typeName, tags.className, tags.namespace], color: "var(--code-type)" },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName), tags.macroName],
    color: "var(--code-function)" },
  { tag: [tags.meta, tags.processingInstruction, tags.annotation], color: "var(--code-meta)" },
  { tag: tags.invalid, color: "var(--bad)" },
]);

const modeOf = async (name) => (MODES[name] ? MODES[name]() : []);

// Tab is the page's until somebody writes here or clicks into the text, and the page's again
// after Escape: whoever walks by keyboard is never caught. Ctrl+M switches by hand.
const tabManners = [
  EditorView.domEventHandlers({
    focus(_event, view) { if (!view.brigClicked) view.setTabFocusMode(true); view.brigClicked = false; },
    mousedown(_event, view) { view.brigClicked = true; view.setTabFocusMode(false); },
    keydown(event, view) { if (event.key === "Escape") view.setTabFocusMode(true); },
  }),
  EditorView.updateListener.of((update) => {
    if (update.transactions.some((t) => t.isUserEvent("input"))) update.view.setTabFocusMode(false);
  }),
];

/** Make an editor in `parent`. `nonce` is the page's style nonce; `describedBy` an element id. */
export function createEditor({ parent, text, mode, label, describedBy, nonce, onChange, onRun }) {
  const language = new Compartment();
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(), highlightActiveLineGutter(), highlightSpecialChars(), history(),
        drawSelection(), indentOnInput(), bracketMatching(), closeBrackets(),
        highlightActiveLine(), highlightSelectionMatches(), indentUnit.of("    "),
        EditorState.tabSize.of(4),
        keymap.of([
          { key: "Mod-Enter", run: () => (onRun(), true) },
          ...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, indentWithTab,
        ]),
        tabManners, theme, syntaxHighlighting(colours), language.of([]),
        EditorView.cspNonce.of(nonce),
        EditorView.contentAttributes.of({
          "aria-label": label, "aria-describedby": describedBy, spellcheck: "false",
          autocapitalize: "off", autocorrect: "off",
        }),
        EditorView.updateListener.of((update) => { if (update.docChanged) onChange(); }),
      ],
    }),
  });
  let wanted = null;
  const setMode = async (name) => {
    wanted = name;
    const extension = await modeOf(name);
    if (wanted === name) view.dispatch({ effects: language.reconfigure(extension) });
  };
  setMode(mode);
  return {
    text: () => view.state.doc.toString(),
    setText: (value) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value } }),
    setMode,
    focus: () => view.focus(),
  };
}
