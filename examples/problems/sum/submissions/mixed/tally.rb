# @EXPECTED_RESULTS@: MEMORY-LIMIT
# Keeps a tally of b marks in memory.
MARKS = 1 << 20

a, b = gets.split.map(&:to_i)
tally = []
left = b
while left >= MARKS
  tally << "|" * MARKS
  left -= MARKS
end
puts a + b
