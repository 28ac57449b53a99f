// @EXPECTED_RESULTS@: OUTPUT-LIMIT
// A line of blanks for every step of adding one at a time; the comparison skips blanks.
const fs = require("fs");

const [a, b] = fs.readFileSync(0, "utf8").trim().split(" ").map(BigInt);
for (let step = 0n; step < b; step++) {
  fs.writeSync(1, " ".repeat(1024) + "\n");
}
fs.writeSync(1, `${a + b}\n`);
