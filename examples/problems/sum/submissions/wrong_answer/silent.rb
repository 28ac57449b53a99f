# Computes the sum and never prints it.
gets.split.sum(&:to_i)
