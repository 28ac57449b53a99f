const climb = (depth) => (depth === 0 ? 0 : 1 + climb(depth - 1));
const rest = climb(100000) - 100000;
const [a, b] = require("fs").readFileSync(0, "utf8").split(" ").map(Number);
console.log(a + b + rest);
