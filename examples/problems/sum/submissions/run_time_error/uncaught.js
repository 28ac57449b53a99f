// Reads a property of undefined: uncaught TypeError.
const [a, b, c] = require("fs").readFileSync(0, "utf8").trim().split(" ");
console.log(String(BigInt(a) + BigInt(b) + BigInt(c.length)));
