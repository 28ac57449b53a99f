gets.to_i.times { puts Math.hypot(*gets.split.map(&:to_f)) }
