# Tries the validator: numbers that fit into nothing, signs, zeros.
use strict;
use warnings;

print "-1 ", "9" x 100_000, " 0x1 +1 00001 1e0 1.0 ", 2**32 + 1, "\n";
