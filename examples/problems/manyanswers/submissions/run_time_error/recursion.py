# Depth first by recursion: RecursionError on the chain.
n, m = map(int, input().split())
after = [[] for _ in range(n + 1)]
for _ in range(m):
    a, b = map(int, input().split())
    after[a].append(b)
state = [""] * (n + 1)
order = []


def visit(chore):
    if state[chore]:
        return state[chore] == "finished"
    state[chore] = "begun"
    if not all([visit(other) for other in after[chore]]):
        return False
    state[chore] = "finished"
    order.append(chore)
    return True


is_possible = all([visit(chore) for chore in range(1, n + 1)])
print(*reversed(order) if is_possible else ["impossible"])
