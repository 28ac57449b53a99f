# Forks children that wait, until the limit of processes refuses one; then dies.
use strict;
use warnings;

while (1) {
    my $child = fork();
    die "fork: $!\n" unless defined $child;
    next if $child;
    sleep 60 while 1;
}
