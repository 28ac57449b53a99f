# Sleeps |b| milliseconds, at most a day, before it answers.
import time

a, b = map(int, input().split())
time.sleep(min(abs(b), 86_400_000) / 1000)
print(a + b)
