# @EXPECTED_RESULTS@: WRONG_ANSWER, TIME_LIMIT_EXCEEDED
# Either verdict is right: it starts with the chore that was asked for first, and is careless.
n, m = map(int, input().split())
rules = [tuple(map(int, input().split())) for _ in range(m)]
order = list(range(1, n + 1))
for _ in range(3 * n):
    for a, b in rules:
        first, second = order.index(a), order.index(b)
        if first > second:
            order[first], order[second] = order[second], order[first]
print(*order)
