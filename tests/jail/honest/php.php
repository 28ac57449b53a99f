<?php
// Reading, files, a child, random, sleeping.
$sum = array_sum(preg_split('/\s+/', stream_get_contents(STDIN), -1, PREG_SPLIT_NO_EMPTY));
$name = tempnam(sys_get_temp_dir(), "a");
file_put_contents($name, str_repeat("x", 100000));
copy($name, "copy.txt");
unlink("copy.txt");
unlink($name);
random_int(1, 10);
usleep(1000);
$keep = range(1, 500000);
sort($keep);
exec("/bin/true");
echo "$sum 42\n";
