# Threads, a child, fork, files, random, sleeping.
require "fileutils"
require "securerandom"
require "tempfile"

sum = $stdin.read.split.sum(&:to_i)
value = Thread.new { sleep 0.001; 42 }.value
system("/bin/true")
`echo hello`
Process.wait(fork { exit! })
Tempfile.create("a") do |file|
  file.write("x" * 100_000)
  file.flush
  IO.copy_stream(file.path, "copy.txt")
  FileUtils.cp("copy.txt", "copy2.txt")
end
FileUtils.rm(%w[copy.txt copy2.txt])
SecureRandom.hex(4)
Array.new(1_000_000) { |i| i.to_s }
GC.start
puts "#{sum} #{value}"
