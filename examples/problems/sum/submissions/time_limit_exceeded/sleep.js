// Answers after |b| milliseconds, at most a day.
const [a, b] = require("fs").readFileSync(0, "utf8").trim().split(" ").map(BigInt);
const milliseconds = Math.min(Math.abs(Number(b)), 86_400_000);
setTimeout(() => console.log(String(a + b)), milliseconds);
