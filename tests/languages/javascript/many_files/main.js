const { total } = require("./sums.js");

console.log(total(require("fs").readFileSync(0, "utf8")));
