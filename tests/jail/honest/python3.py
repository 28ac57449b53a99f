"""Reads, sorts, threads, a child, files, time, random, sockets of its own."""

import asyncio
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor

total = sum(int(word) for word in sys.stdin.read().split())
with ThreadPoolExecutor(2) as pool:
    list(pool.map(lambda n: n * n, range(10)))
thread = threading.Thread(target=time.sleep, args=(0.001,))
thread.start()
thread.join()
subprocess.run(["/bin/true"], check=True)
if os.fork() == 0:
    os._exit(0)
os.wait()
with tempfile.TemporaryDirectory() as folder:
    with open(f"{folder}/a", "w") as out:
        out.write("x" * 100000)
    shutil.copyfile(f"{folder}/a", f"{folder}/b")
    shutil.copytree(folder, f"{folder}-2")
    shutil.rmtree(f"{folder}-2")
left, right = socket.socketpair()
left.send(b"x")
right.recv(1)
random.shuffle(list(range(1000)))
os.urandom(8)


async def sleeper() -> None:
    await asyncio.sleep(0.001)


asyncio.run(sleeper())
sys.setrecursionlimit(10000)
os.cpu_count()
os.getlogin if hasattr(os, "getlogin") else None
os.uname()
print(total, 42)
