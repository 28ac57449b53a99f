# @EXPECTED_RESULTS@: MEMORY-LIMIT
# A line of 256 bytes for each number: 512 MB.
use strict;
use warnings;

<STDIN>;
my @records;
push @records, sprintf('%256d', $_) while <STDIN>;
my $lonely = 0;
$lonely ^= $_ + 0 for @records;
print "$lonely\n";
