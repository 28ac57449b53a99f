# Removes the twin of each number from a list: half a million moves for each.
import sys

numbers = []
next(sys.stdin.buffer)
for number in map(int, sys.stdin.buffer):
    if number in numbers:
        numbers.remove(number)
    else:
        numbers.append(number)
print(numbers[0])
