const fs = require("fs");

const chunk = Buffer.alloc(1 << 16);
let isFirst = true;
let number = 0;
let lonely = 0;
for (let length; (length = fs.readSync(0, chunk)) > 0; ) {
  for (let i = 0; i < length; i++) {
    if (chunk[i] >= 48) {
      number = 10 * number + chunk[i] - 48;
      continue;
    }
    if (!isFirst) lonely ^= number;
    isFirst = false;
    number = 0;
  }
}
console.log(lonely);
