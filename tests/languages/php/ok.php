<?php
$numbers = preg_split('/\s+/', trim(stream_get_contents(STDIN)));
echo array_sum(array_map('intval', $numbers)), "\n";
