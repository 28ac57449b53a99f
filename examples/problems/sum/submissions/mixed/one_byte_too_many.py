# @EXPECTED_RESULTS@: OUTPUT-LIMIT
# Pads the right sum to one byte more than the limit of 1 MiB, and exits with 0.
import sys

total = b"%d\n" % sum(map(int, input().split()))
sys.stdout.buffer.write(b" " * ((1 << 20) + 1 - len(total)) + total)
