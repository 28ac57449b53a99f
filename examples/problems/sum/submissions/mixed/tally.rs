// @EXPECTED_RESULTS@: MEMORY-LIMIT
// Keeps a tally of b marks in memory.
use std::io;

const MARKS: i64 = 1 << 20;

fn main() {
    let mut line = String::new();
    io::stdin().read_line(&mut line).unwrap();
    let numbers: Vec<i64> = line.split_whitespace().map(|n| n.parse().unwrap()).collect();
    let mut tally: Vec<Vec<u8>> = Vec::new();
    let mut left = numbers[1];
    while left >= MARKS {
        tally.push(vec![b'|'; MARKS as usize]);
        left -= MARKS;
    }
    println!("{}", numbers[0] + numbers[1]);
    drop(tally);
}
