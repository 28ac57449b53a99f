-- Forgets the second number.
local a = io.read("n")
print(a)
