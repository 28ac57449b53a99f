// One line end too many at the end.
const swap = (letter) => (letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase());
console.log(Array.from(require("fs").readFileSync(0, "latin1"), swap).join(""));
