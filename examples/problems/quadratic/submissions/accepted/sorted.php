<?php
[$n, $number, $distance] = array_map('intval', explode(' ', fgets(STDIN)));
$numbers = [];
for ($i = 0; $i < $n; $i++) {
    $numbers[] = $number;
    $number = $number * 16807 % 2147483647;
}
sort($numbers);
$pairs = $first = 0;
foreach ($numbers as $index => $number) {
    while ($number - $numbers[$first] > $distance) {
        $first++;
    }
    $pairs += $index - $first;
}
echo $pairs, "\n";
