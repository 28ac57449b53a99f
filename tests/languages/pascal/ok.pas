program Sum;
uses SysUtils;
var
  a, b: int64;
begin
  read(a, b);
  writeln(IntToStr(a + b));
end.
