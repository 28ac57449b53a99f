# Looks for the next chore until there is one: for ever where the rules go in a circle.
n, m = gets.split.map(&:to_i)
rules = Array.new(m) { gets.split.map(&:to_i) }
left = (1..n).to_a
until left.empty?
  ready = left - rules.map(&:last)
  puts ready unless ready.empty?
  left -= ready
  rules.reject! { |a, _| ready.include?(a) }
end
