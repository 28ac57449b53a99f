const fs = require("fs");

const swap = (letter) => (letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase());
fs.writeFileSync(1, Array.from(fs.readFileSync(0, "latin1"), swap).join(""));
