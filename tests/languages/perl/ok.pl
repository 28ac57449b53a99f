use strict;
use warnings;
use List::Util qw(sum);

print sum(split ' ', join ' ', <STDIN>), "\n";
