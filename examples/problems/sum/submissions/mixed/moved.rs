// @EXPECTED_RESULTS@: COMPILER-ERROR
// Uses a value after it was moved.
use std::io;

fn main() {
    let mut line = String::new();
    io::stdin().read_line(&mut line).unwrap();
    let moved = line;
    let sum: i64 = line.split_whitespace().map(|n| n.parse::<i64>().unwrap()).sum();
    println!("{} {}", sum, moved);
}
