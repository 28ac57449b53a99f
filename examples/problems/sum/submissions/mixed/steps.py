# @EXPECTED_RESULTS@: OUTPUT-LIMIT
# A line of blanks for every step of adding one at a time; the comparison skips blanks.
a, b = map(int, input().split())
step = -1 if b < 0 else 1
while b:
    print(" " * 64)
    a += step
    b -= step
print(a)
