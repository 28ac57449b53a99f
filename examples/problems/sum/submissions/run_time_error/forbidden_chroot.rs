// Asks for another root: a system call that no jail allows.
use std::io;
use std::os::unix::fs::chroot;

fn main() {
    let mut line = String::new();
    io::stdin().read_line(&mut line).unwrap();
    let _ = chroot(".");
    let sum: i64 = line.split_whitespace().map(|n| n.parse::<i64>().unwrap()).sum();
    println!("{}", sum);
}
