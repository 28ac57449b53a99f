# The right sum, but exit code 7.
import sys

print(sum(map(int, input().split())))
sys.exit(7)
