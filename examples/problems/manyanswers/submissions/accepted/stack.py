# Last come, first served: another order than the queue's.
n, m = map(int, input().split())
after = [[] for _ in range(n + 1)]
waits_for = [0] * (n + 1)
for _ in range(m):
    a, b = map(int, input().split())
    after[a].append(b)
    waits_for[b] += 1
ready = [chore for chore in range(1, n + 1) if not waits_for[chore]]
order = []
while ready:
    done = ready.pop()
    order.append(done)
    for chore in after[done]:
        waits_for[chore] -= 1
        if not waits_for[chore]:
            ready.append(chore)
print(*order if len(order) == n else ["impossible"])
