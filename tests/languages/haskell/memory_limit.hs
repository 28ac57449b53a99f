import qualified Data.Map.Strict as Map

main :: IO ()
main = print (Map.size (Map.fromList [(n, [n]) | n <- [1 .. 10 ^ (9 :: Int) :: Int]]))
