module Sum (total) where

total :: String -> Integer
total = sum . map read . words
