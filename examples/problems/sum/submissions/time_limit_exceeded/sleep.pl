# Sleeps |b| / 10^9 seconds, at most a day, before it answers.
use strict;
use warnings;

my ($first, $second) = split ' ', <STDIN>;
my $seconds = abs($second) / 1e9;
sleep($seconds < 86_400 ? $seconds : 86_400);
print $first + $second, "\n";
