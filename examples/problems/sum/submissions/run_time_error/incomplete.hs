-- The pattern does not match two numbers: an exception, exit code 1.
main :: IO ()
main = do
    [a, b, c] <- map read . words <$> getContents
    print (a + b + c :: Integer)
