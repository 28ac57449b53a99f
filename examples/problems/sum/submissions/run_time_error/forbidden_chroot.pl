# Asks for another root: a system call that no jail allows.
use strict;
use warnings;

my ($first, $second) = split ' ', <STDIN>;
chroot('.');
print $first + $second, "\n";
