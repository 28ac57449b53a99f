program Spin;
var
  i: longint;
begin
  i := 0;
  while true do
    i := i xor 1;
end.
