const line = require("fs").readFileSync(0, "utf8");
let [n, number, distance] = line.split(" ").map(Number);
const numbers = new Float64Array(n);
for (let i = 0; i < n; i++) {
  numbers[i] = number;
  number = (number * 16807) % 2147483647;
}
numbers.sort();
let pairs = 0;
for (let first = 0, i = 0; i < n; i++) {
  while (numbers[i] - numbers[first] > distance) first++;
  pairs += i - first;
}
console.log(pairs);
