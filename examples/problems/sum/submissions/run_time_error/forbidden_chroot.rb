# Asks for another root: a system call that no jail allows.
begin
  Dir.chroot(".")
rescue SystemCallError
  # then without
end
puts gets.split.sum(&:to_i)
