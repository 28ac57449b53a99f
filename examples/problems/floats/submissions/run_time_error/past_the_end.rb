# Reads one line too many: NoMethodError for nil.
(gets.to_i + 1).times { puts Math.hypot(*gets.split.map(&:to_f)) }
