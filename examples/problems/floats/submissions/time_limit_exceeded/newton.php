<?php
// Newton's method until the square is exact: no double squared is 2.
for ($n = (int) fgets(STDIN); $n > 0; $n--) {
    [$a, $b] = array_map('floatval', explode(' ', fgets(STDIN)));
    $root = $square = $a * $a + $b * $b;
    while ($root * $root !== $square) {
        $root = ($root + $square / $root) / 2;
    }
    echo $root, "\n";
}
