<?php
function total(string $line): int
{
    return array_sum(explode(" ", trim($line)));
}
