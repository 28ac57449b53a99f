// Files, a worker thread, a child, timers, random bytes, the interface list.
const fs = require("fs");
const os = require("os");
const crypto = require("crypto");
const zlib = require("zlib");
const { Worker } = require("worker_threads");
const { spawnSync } = require("child_process");

const sum = fs.readFileSync(0, "utf8").split(/\s+/).filter(Boolean).reduce((a, b) => a + Number(b), 0);
fs.writeFileSync("scratch.txt", "x".repeat(100000));
fs.copyFileSync("scratch.txt", "copy.txt");
fs.unlinkSync("copy.txt");
fs.unlinkSync("scratch.txt");
spawnSync("/bin/true");
os.cpus();
try {
  os.networkInterfaces();
} catch {
  // No network: an honest program sees an exception.
}
crypto.randomBytes(16);
zlib.deflate("x".repeat(1000), () => {});
let big = [];
for (let i = 0; i < 1e6; i++) big.push({ i });
big = null;
const worker = new Worker("setTimeout(() => require('worker_threads').parentPort.postMessage(42), 1)", { eval: true });
worker.on("message", (value) => setTimeout(() => console.log(`${sum} ${value}`), 1));
