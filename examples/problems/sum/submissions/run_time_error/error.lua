-- Adds nil: a runtime error.
local a, b, c = io.read("n", "n", "n")
print(a + b + c)
