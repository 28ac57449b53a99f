# Reads one megabyte and no more.
import sys
from functools import reduce
from operator import xor

numbers = map(int, sys.stdin.buffer.read(1 << 20).split())
next(numbers)
print(reduce(xor, numbers))
