# @EXPECTED_RESULTS@: OUTPUT-LIMIT
# A line of blanks for every step of adding one at a time; the comparison skips blanks.
use strict;
use warnings;

my ($first, $second) = split ' ', <STDIN>;
for (; $second > 0; $second--) {
    print ' ' x 64, "\n";
    $first++;
}
print $first + $second, "\n";
