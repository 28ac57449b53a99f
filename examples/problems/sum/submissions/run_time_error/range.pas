{ The large case does not fit in 32 bits: run-time error 201. }
{$R+}
program RangeCheck;
var
  a, b: Int64;
  sum: LongInt;
begin
  ReadLn(a, b);
  sum := a + b;
  WriteLn(sum);
end.
