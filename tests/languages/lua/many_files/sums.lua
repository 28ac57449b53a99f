return { total = function(a, b) return a + b end }
