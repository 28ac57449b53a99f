# One list is both the order and the queue.
n, m = gets.split.map(&:to_i)
after = Array.new(n + 1) { [] }
waits_for = Array.new(n + 1, 0)
m.times do
  a, b = gets.split.map(&:to_i)
  after[a] << b
  waits_for[b] += 1
end
order = (1..n).select { |chore| waits_for[chore].zero? }
order.each do |done|
  after[done].each { |chore| order << chore if (waits_for[chore] -= 1).zero? }
end
puts order.size == n ? order.join(" ") : "impossible"
