require "set"

numbers = $stdin.read.split.map(&:to_i)
puts Set.new(numbers).empty? ? -1 : numbers.sum
