from math import hypot

for _ in range(int(input())):
    print(hypot(*map(float, input().split())))
