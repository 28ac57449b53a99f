# Tries the validator: words that mean something to a judge.
puts "42", "accepted", "AC", "\0impossible", "../../score.txt", "%s%n%d"
