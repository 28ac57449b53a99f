// Inserts each number at its place in a sorted list: half of the list moves each time, and the
// pairs are still counted one by one.
const line = require("fs").readFileSync(0, "utf8");
let [n, number, distance] = line.split(" ").map(Number);
const numbers = [];
let pairs = 0;
for (let i = 0; i < n; i++) {
  let place = 0;
  while (place < i && numbers[place] < number) {
    if (number - numbers[place] <= distance) pairs++;
    place++;
  }
  for (let j = place; j < i; j++) if (numbers[j] - number <= distance) pairs++;
  numbers.splice(place, 0, number);
  number = (number * 16807) % 2147483647;
}
console.log(pairs);
