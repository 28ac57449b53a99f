use strict;
use warnings;

my $lonely = 0;
<STDIN>;
$lonely ^= $_ while <STDIN>;
print "$lonely\n";
