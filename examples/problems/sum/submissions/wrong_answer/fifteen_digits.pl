# Prints fifteen digits at most.
use strict;
use warnings;

my ($first, $second) = split ' ', <STDIN>;
printf "%.15g\n", $first + $second;
