# Tries the validator: half a megabyte without white space, of bytes that are no text.
import sys

sys.stdout.buffer.write(bytes(byte for byte in range(256) if byte not in b" \t\n\v\f\r") * 2_000)
