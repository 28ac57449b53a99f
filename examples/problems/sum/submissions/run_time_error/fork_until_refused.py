# Forks children that wait, until the limit of processes refuses one: BlockingIOError.
import os
import signal

while os.fork() != 0:
    pass
while True:
    signal.pause()
