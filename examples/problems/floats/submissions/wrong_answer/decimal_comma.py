# Prints a decimal comma, which is no part of a number here.
from math import hypot

for _ in range(int(input())):
    print(str(hypot(*map(float, input().split()))).replace(".", ","))
