# Trims the lines.
import sys

for line in sys.stdin:
    print(line.strip().swapcase())
