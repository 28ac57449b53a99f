program Start;
uses sums;
var
  a, b: int64;
begin
  read(a, b);
  writeln(sum(a, b));
end.
