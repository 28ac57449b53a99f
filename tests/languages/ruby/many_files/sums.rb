def total(text) = text.split.sum(&:to_i)
