use std::io::Read;
use std::thread;

fn main() {
    let mut input = String::new();
    std::io::stdin().read_to_string(&mut input).unwrap();
    let numbers: Vec<i64> = input.split_whitespace().map(|word| word.parse().unwrap()).collect();
    let sum = thread::spawn(move || numbers.iter().sum::<i64>()).join().unwrap();
    println!("{}", sum);
}
