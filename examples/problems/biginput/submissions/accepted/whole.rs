// Holds the whole input as text: 20 MB fit.
use std::io::{self, Read};

fn main() {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).unwrap();
    let lonely = text.lines().skip(1).fold(0u32, |all, line| all ^ line.parse::<u32>().unwrap());
    println!("{}", lonely);
}
