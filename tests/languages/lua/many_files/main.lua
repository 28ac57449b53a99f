local sums = require("sums")

print(sums.total(io.read("n", "n")))
