-- Newton's method until the square is exact: no double squared is 2.
for _ = 1, io.read("n") do
  local a, b = io.read("n", "n")
  local square = a * a + b * b
  local root = square
  while root * root ~= square do
    root = (root + square / root) / 2
  end
  print(root)
end
