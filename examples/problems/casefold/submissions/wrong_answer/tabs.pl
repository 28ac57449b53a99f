# Two spaces become one tab.
use strict;
use warnings;

while (<STDIN>) {
    tr/a-zA-Z/A-Za-z/;
    s/  /\t/g;
    print;
}
