// From the end: a chore that nothing waits for comes last.
const [[n], ...rules] = require("fs").readFileSync(0, "utf8").trim().split("\n")
  .map((line) => line.split(" ").map(Number));
const before = Array.from({ length: n + 1 }, () => []);
const waiting = new Array(n + 1).fill(0);
for (const [a, b] of rules) {
  before[b].push(a);
  waiting[a]++;
}
const ready = [];
for (let chore = 1; chore <= n; chore++) if (waiting[chore] === 0) ready.push(chore);
const order = [];
while (ready.length > 0) {
  const last = ready.pop();
  order.push(last);
  for (const chore of before[last]) if (--waiting[chore] === 0) ready.push(chore);
}
console.log(order.length === n ? order.reverse().join(" ") : "impossible");
