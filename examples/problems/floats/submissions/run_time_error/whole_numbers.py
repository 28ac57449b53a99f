# Expects whole numbers: ValueError at 1.5.
for _ in range(int(input())):
    a, b = map(int, input().split())
    print((a * a + b * b) ** 0.5)
