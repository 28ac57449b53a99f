// Looks at every pair: 8 * 10^10 of them.
use std::io;

fn main() {
    let mut line = String::new();
    io::stdin().read_line(&mut line).unwrap();
    let given: Vec<i64> = line.split_whitespace().map(|n| n.parse().unwrap()).collect();
    let (mut number, distance) = (given[1], given[2]);
    let mut numbers: Vec<i64> = Vec::new();
    let mut pairs = 0u64;
    for _ in 0..given[0] {
        pairs += numbers.iter().filter(|&other| (other - number).abs() <= distance).count() as u64;
        numbers.push(number);
        number = number * 16807 % 2147483647;
    }
    println!("{}", pairs);
}
