# Compares neighbours alone.
n, number, distance = gets.split.map(&:to_i)
numbers = Array.new(n) do
  current = number
  number = number * 16807 % 2147483647
  current
end
puts(numbers.sort.each_cons(2).count { |a, b| b - a <= distance })
