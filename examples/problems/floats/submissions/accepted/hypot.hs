main :: IO ()
main = interact (unlines . map (show . hypotenuse . map read . words) . tail . lines)
  where
    hypotenuse :: [Double] -> Double
    hypotenuse sides = sqrt (sum (map (^ (2 :: Int)) sides))
