# @EXPECTED_RESULTS@: MEMORY-LIMIT
# A dictionary for each line: some 300 bytes for each of two million numbers.
import sys

next(sys.stdin.buffer)
records = [{"text": line.decode(), "number": int(line)} for line in sys.stdin.buffer]
lonely = 0
for record in records:
    lonely ^= record["number"]
print(lonely)
