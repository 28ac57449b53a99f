-- Threads, a file, a child process, sleeping, big data.
import Control.Concurrent
import qualified Data.Map as Map
import System.Directory (copyFile, removeFile)
import System.Process (callCommand)

main :: IO ()
main = do
  text <- getContents
  let total = sum (map read (words text)) :: Integer
  box <- newEmptyMVar
  _ <- forkIO (threadDelay 1000 >> putMVar box (42 :: Int))
  value <- takeMVar box
  writeFile "scratch.txt" (replicate 100000 'x')
  copyFile "scratch.txt" "copy.txt"
  removeFile "copy.txt"
  removeFile "scratch.txt"
  callCommand "true"
  let table = Map.fromList [(n, n) | n <- [1 .. 100000 :: Int]]
  putStrLn (show total ++ " " ++ show (if Map.size table > 0 then value else 0))
