// Ready for five numbers alone: throws RangeError for any other length.
const lines = require("fs").readFileSync(0, "latin1").split("\n");
if (lines[0] !== "5") throw new RangeError(`${lines[0]} numbers are not five`);
console.log(lines.slice(1, 6).reduce((all, line) => all ^ Number(line), 0));
