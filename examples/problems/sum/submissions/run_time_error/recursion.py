# Adds by recursion: RecursionError on the large case.
def add(a, b):
    if b == 0:
        return a
    return add(a + 1, b - 1) if b > 0 else add(a - 1, b + 1)


print(add(*map(int, input().split())))
