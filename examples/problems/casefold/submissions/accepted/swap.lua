local function swap(letter)
  local upper = letter:upper()
  return letter == upper and letter:lower() or upper
end

io.write((io.read("a"):gsub("%a", swap)))
