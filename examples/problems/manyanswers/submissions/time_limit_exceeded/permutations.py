# Tries all orders.
from itertools import permutations

n, m = map(int, input().split())
rules = [tuple(map(int, input().split())) for _ in range(m)]
for order in permutations(range(1, n + 1)):
    places = dict(zip(order, range(n)))
    if all(places[a] < places[b] for a, b in rules):
        print(*order)
        break
else:
    print("impossible")
