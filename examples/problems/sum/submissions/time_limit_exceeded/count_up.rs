// Adds one at a time, atomically.
use std::io;
use std::sync::atomic::{AtomicI64, Ordering};

fn main() {
    let mut line = String::new();
    io::stdin().read_line(&mut line).unwrap();
    let numbers: Vec<i64> = line.split_whitespace().map(|n| n.parse().unwrap()).collect();
    let sum = AtomicI64::new(numbers[0]);
    let step = numbers[1].signum();
    for _ in 0..numbers[1].abs() {
        sum.fetch_add(step, Ordering::SeqCst);
    }
    println!("{}", sum.load(Ordering::SeqCst));
}
