# The standard library knows how, by recursion: SystemStackError on the chain.
require "tsort"

class Chores
  include TSort

  def initialize(n, rules)
    @before = Hash.new { |hash, chore| hash[chore] = [] }
    @n = n
    rules.each { |a, b| @before[b] << a }
  end

  def tsort_each_node(&block)
    (1..@n).each(&block)
  end

  def tsort_each_child(chore, &block)
    @before[chore].each(&block)
  end
end

n, m = gets.split.map(&:to_i)
rules = Array.new(m) { gets.split.map(&:to_i) }
begin
  puts Chores.new(n, rules).tsort.join(" ")
rescue TSort::Cyclic
  puts "impossible"
end
