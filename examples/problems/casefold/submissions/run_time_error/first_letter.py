# Looks at the first letter of a line that may have none: IndexError.
import sys

for line in sys.stdin:
    line = line.rstrip("\n")
    print(line[0].swapcase() + line[1:].swapcase())
