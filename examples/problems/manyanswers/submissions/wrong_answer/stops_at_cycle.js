// Prints the chores before a cycle, and never notices that some are missing.
const [[n], ...rules] = require("fs").readFileSync(0, "utf8").trim().split("\n")
  .map((line) => line.split(" ").map(Number));
const after = Array.from({ length: n + 1 }, () => []);
const waitsFor = new Array(n + 1).fill(0);
for (const [a, b] of rules) {
  after[a].push(b);
  waitsFor[b]++;
}
const order = [];
for (let chore = 1; chore <= n; chore++) if (waitsFor[chore] === 0) order.push(chore);
for (const done of order) {
  for (const chore of after[done]) if (--waitsFor[chore] === 0) order.push(chore);
}
console.log(order.join(" "));
