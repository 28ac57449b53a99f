use std::io::{self, BufRead};

fn main() {
    for line in io::stdin().lock().lines().skip(1) {
        let line = line.unwrap();
        let sides: Vec<f64> = line.split(' ').map(|side| side.parse().unwrap()).collect();
        println!("{}", sides[0].hypot(sides[1]));
    }
}
