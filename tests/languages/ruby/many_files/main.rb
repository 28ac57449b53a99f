require_relative "sums"

puts total($stdin.read)
