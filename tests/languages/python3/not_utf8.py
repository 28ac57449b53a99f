# -*- coding: latin-1 -*-
name = "café"
print(sum(map(int, input().split())) + len(name) - 4)
