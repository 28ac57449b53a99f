// Adds one at a time.
let [a, b] = require("fs").readFileSync(0, "utf8").trim().split(" ").map(BigInt);
const step = b < 0n ? -1n : 1n;
for (; b !== 0n; b -= step) {
  a += step;
}
console.log(String(a));
