// Asserts that an order exists: panics on a cycle.
use std::io::{self, Read};

fn main() {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).unwrap();
    let numbers: Vec<usize> = text.split_whitespace().map(|n| n.parse().unwrap()).collect();
    let mut after = vec![Vec::new(); numbers[0] + 1];
    let mut waits_for = vec![0; numbers[0] + 1];
    for rule in numbers[2..].chunks(2) {
        after[rule[0]].push(rule[1]);
        waits_for[rule[1]] += 1;
    }
    let mut ready: Vec<usize> = (1..=numbers[0]).filter(|&chore| waits_for[chore] == 0).collect();
    for _ in 0..numbers[0] {
        let done = ready.pop().expect("an order exists");
        for &chore in &after[done] {
            waits_for[chore] -= 1;
            if waits_for[chore] == 0 {
                ready.push(chore);
            }
        }
        print!("{} ", done);
    }
    println!();
}
