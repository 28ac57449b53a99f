// Loses the signs.
use std::io;

fn main() {
    let mut line = String::new();
    io::stdin().read_line(&mut line).unwrap();
    let sum: u64 = line.split_whitespace().map(|n| n.parse::<i64>().unwrap().unsigned_abs()).sum();
    println!("{}", sum);
}
