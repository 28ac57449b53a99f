program LonelyNumber;
var
  buffer: array[1..65536] of Byte;
  n, number, lonely: LongInt;
begin
  SetTextBuf(Input, buffer);
  lonely := 0;
  ReadLn(n);
  for n := n downto 1 do
  begin
    ReadLn(number);
    lonely := lonely xor number;
  end;
  WriteLn(lonely);
end.
