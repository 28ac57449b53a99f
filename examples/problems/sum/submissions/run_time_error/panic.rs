// The large case does not fit in i32: unwrap panics, exit code 101.
use std::io;

fn main() {
    let mut line = String::new();
    io::stdin().read_line(&mut line).unwrap();
    let sum: i32 = line.split_whitespace().map(|n| n.parse::<i32>().unwrap()).sum();
    println!("{}", sum);
}
