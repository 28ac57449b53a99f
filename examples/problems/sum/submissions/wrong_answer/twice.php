<?php
// Prints the sum twice.
[$a, $b] = array_map('intval', explode(' ', trim(fgets(STDIN))));
echo $a + $b, "\n", $a + $b, "\n";
