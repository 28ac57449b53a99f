# Asks for another root: a system call that no jail allows.
import os

try:
    os.chroot(".")
except OSError:
    pass
print(sum(map(int, input().split())))
