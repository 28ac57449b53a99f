// Bundle the editor and collect the licences of everything that went into it.

import { build } from "esbuild";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const TARGET = new URL("../static/vendor/codemirror/", import.meta.url).pathname;

function packageOf(path) {
  const match = path.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)\//);
  return match ? match[1] : null;
}

function licenceOf(name) {
  const folder = join("node_modules", name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file || !existsSync(join(folder, file))) throw new Error(`${name} ships no licence text`);
  return { name, version, license, text: readFileSync(join(folder, file), "utf8").trim() };
}

rmSync(TARGET, { recursive: true, force: true });
mkdirSync(TARGET, { recursive: true });
const result = await build({
  entryPoints: ["editor.mjs"],
  outdir: TARGET,
  entryNames: "[name]",
  chunkNames: "part-[hash]",
  bundle: true,
  splitting: true,
  minify: true,
  format: "esm",
  target: "es2021",
  charset: "utf8",
  legalComments: "none",
  metafile: true,
  banner: { js: "/* CodeMirror 6 and its parts; licences in LICENSES.txt. Built from web/frontend. */" },
});
const names = [...new Set(Object.keys(result.metafile.inputs).map(packageOf).filter(Boolean))].sort();
const parts = names.map(licenceOf).map(
  ({ name, version, license, text }) => `${name} ${version} (${license})\n${"-".repeat(72)}\n${text}\n`,
);
writeFileSync(join(TARGET, "LICENSES.txt"), parts.join("\n\n"));
console.log(names.join("\n"));
