my @blocks;
push @blocks, chr(65 + @blocks % 26) x (1 << 20) while 1;
