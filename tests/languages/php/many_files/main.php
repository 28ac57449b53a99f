<?php
require __DIR__ . "/sums.php";

echo total(fgets(STDIN)), "\n";
