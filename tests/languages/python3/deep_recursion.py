import sys

sys.setrecursionlimit(200_000)


def climb(depth):
    return 0 if depth == 0 else 1 + climb(depth - 1)


rest = climb(50_000) - 50_000
print(sum(map(int, input().split())) + rest)
