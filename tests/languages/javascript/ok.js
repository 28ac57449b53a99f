const readline = require("readline");

const lines = [];
const reader = readline.createInterface({ input: process.stdin });
reader.on("line", (line) => lines.push(line));
reader.on("close", async () => {
  const numbers = lines.join(" ").split(/\s+/).filter(Boolean).map(BigInt);
  const sum = await Promise.resolve(numbers.reduce((a, b) => a + b));
  console.log(sum.toString());
});
