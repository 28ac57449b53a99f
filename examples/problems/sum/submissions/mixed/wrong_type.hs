-- @EXPECTED_RESULTS@: COMPILER-ERROR
main :: IO ()
main = getLine >>= print . sum . words
