-- Reading, files, a child, time, random.
local sum = 0
for line in io.lines() do
  for word in line:gmatch("%S+") do sum = sum + math.tointeger(tonumber(word)) end
end
local name = os.tmpname()
local file = assert(io.open(name, "w"))
file:write(string.rep("x", 100000))
file:close()
os.rename(name, name .. ".moved")
os.remove(name .. ".moved")
local pipe = io.popen("true")
pipe:close()
math.randomseed(os.time())
local keep = {}
for i = 1, 100000 do keep[i] = tostring(i) end
collectgarbage()
print(sum .. " 42")
