<?php
$number = ;
