use strict;
use warnings;
use Sums;

print Sums::total(<STDIN>), "\n";
