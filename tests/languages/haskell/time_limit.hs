import Data.Bits

spin :: Int -> IO ()
spin n
  | popCount n > 64 = print n
  | otherwise = spin (n * 3 + 1)

main :: IO ()
main = spin 1
