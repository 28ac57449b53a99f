{ Reading, a file, a thread, sleeping, dates. }
program Honest;
{$mode objfpc}{$H+}
uses cthreads, Classes, SysUtils, Process;
type
  TWorker = class(TThread)
    procedure Execute; override;
  end;
procedure TWorker.Execute;
begin
  Sleep(1);
end;
var
  sum, number: Int64;
  worker: TWorker;
  f: Text;
  answer: string;
begin
  sum := 0;
  while not SeekEof do begin
    Read(number);
    sum := sum + number;
  end;
  worker := TWorker.Create(False);
  worker.WaitFor;
  worker.Free;
  Assign(f, 'scratch.txt');
  Rewrite(f);
  WriteLn(f, sum);
  Close(f);
  DeleteFile('scratch.txt');
  RunCommand('/bin/true', [], answer);
  Randomize;
  WriteLn(sum, ' ', 42);
end.
