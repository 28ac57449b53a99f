"""A process pool: semaphores in shared memory, pipes, fork."""

import multiprocessing
import sys


def square(n: int) -> int:
    return n * n


if __name__ == "__main__":
    total = sum(int(word) for word in sys.stdin.read().split())
    with multiprocessing.Pool(2) as pool:
        pool.map(square, range(10))
    print(total, 42)
