# Pads the right sum to exactly the output limit of 1 MiB: allowed.
import sys

total = b"%d\n" % sum(map(int, input().split()))
sys.stdout.buffer.write(b" " * ((1 << 20) - len(total)) + total)
