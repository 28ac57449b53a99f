import collections
import sys

numbers = collections.deque(map(int, sys.stdin.read().split()))
print(sum(numbers))
