# Integer(nil) raises TypeError.
a, b, c = gets.split
puts Integer(a) + Integer(b) + Integer(c)
