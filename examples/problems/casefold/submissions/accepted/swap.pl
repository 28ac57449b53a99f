use strict;
use warnings;

while (<STDIN>) {
    tr/a-zA-Z/A-Za-z/;
    print;
}
