{ @EXPECTED_RESULTS@: COMPILER-ERROR }
program Undeclared;
begin
  ReadLn(a, b);
  WriteLn(a + b);
end.
