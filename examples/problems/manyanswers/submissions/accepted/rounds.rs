// In rounds: all chores that may be done now, then those that wait for them.
use std::io::{self, Read};

fn main() {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).unwrap();
    let numbers: Vec<usize> = text.split_whitespace().map(|n| n.parse().unwrap()).collect();
    let n = numbers[0];
    let mut after = vec![Vec::new(); n + 1];
    let mut waits_for = vec![0; n + 1];
    for rule in numbers[2..].chunks(2) {
        after[rule[0]].push(rule[1]);
        waits_for[rule[1]] += 1;
    }
    let mut round: Vec<usize> = (1..=n).filter(|&chore| waits_for[chore] == 0).collect();
    let mut order = Vec::new();
    while !round.is_empty() {
        let mut next = Vec::new();
        for &done in &round {
            for &chore in &after[done] {
                waits_for[chore] -= 1;
                if waits_for[chore] == 0 {
                    next.push(chore);
                }
            }
        }
        order.append(&mut round);
        round = next;
    }
    if order.len() < n {
        println!("impossible");
    } else {
        let words: Vec<String> = order.iter().map(|chore| chore.to_string()).collect();
        println!("{}", words.join(" "));
    }
}
