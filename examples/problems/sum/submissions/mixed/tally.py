# @EXPECTED_RESULTS@: MEMORY-LIMIT
# Keeps a tally of b marks in memory.
MARKS = 1 << 20

a, b = map(int, input().split())
tally = []
left = b
while left >= MARKS:
    tally.append(bytearray(b"|") * MARKS)
    left -= MARKS
print(a + b)
