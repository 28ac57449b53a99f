import Sum (total)

main :: IO ()
main = getContents >>= print . total
