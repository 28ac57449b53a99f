use std::io;

fn main() {
    let mut line = String::new();
    io::stdin().read_line(&mut line).unwrap();
    let given: Vec<i64> = line.split_whitespace().map(|n| n.parse().unwrap()).collect();
    let (mut number, distance) = (given[1], given[2]);
    let mut numbers = Vec::new();
    for _ in 0..given[0] {
        numbers.push(number);
        number = number * 16807 % 2147483647;
    }
    numbers.sort_unstable();
    let (mut pairs, mut first) = (0, 0);
    for i in 0..numbers.len() {
        while numbers[i] - numbers[first] > distance {
            first += 1;
        }
        pairs += i - first;
    }
    println!("{}", pairs);
}
