import sys
from functools import reduce
from operator import xor

lines = sys.stdin.buffer
next(lines)
print(reduce(xor, map(int, lines)))
