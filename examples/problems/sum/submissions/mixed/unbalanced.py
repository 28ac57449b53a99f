# @EXPECTED_RESULTS@: COMPILER-ERROR
print(sum(map(int, input().split()))
