exports.total = (text) => text.split(" ").map(Number).reduce((a, b) => a + b);
