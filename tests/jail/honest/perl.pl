# Reading, a child, fork, files, sleeping.
use strict;
use warnings;
use File::Copy;
use File::Temp qw(tempdir);
use Time::HiRes qw(usleep alarm);

my $sum = 0;
while (<STDIN>) { $sum += $_ for split }
my $folder = tempdir(CLEANUP => 1);
open(my $out, ">", "$folder/a") or die;
print $out "x" x 100000;
close $out;
copy("$folder/a", "$folder/b") or die;
system("/bin/true") == 0 or die;
my $child = fork;
exit 0 if $child == 0;
waitpid($child, 0);
usleep(1000);
my @values = sort { $a <=> $b } map { rand } 1 .. 100000;
print "$sum 42\n";
