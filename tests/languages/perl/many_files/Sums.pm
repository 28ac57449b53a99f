package Sums;
use strict;
use warnings;

sub total {
    my ($x, $y) = split ' ', $_[0];
    return $x + $y;
}

1;
