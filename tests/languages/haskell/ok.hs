module Main where

import qualified Data.Map as Map

main :: IO ()
main = do
  numbers <- map read . words <$> getContents
  print (sum (Map.elems (Map.fromList (zip [0 :: Int ..] numbers))) :: Integer)
