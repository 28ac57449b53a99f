program Hypotenuses;
var
  n, i: LongInt;
  a, b: Double;
begin
  ReadLn(n);
  for i := 1 to n do
  begin
    ReadLn(a, b);
    WriteLn(Sqrt(a * a + b * b):0:12);
  end;
end.
