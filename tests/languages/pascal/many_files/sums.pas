unit sums;

interface

function sum(a, b: int64): int64;

implementation

function sum(a, b: int64): int64;
begin
  sum := a + b;
end;

end.
