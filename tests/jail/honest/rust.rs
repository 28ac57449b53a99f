// Threads, channels, files, a child, sleeping, hashing (random keys).
use std::collections::HashMap;
use std::io::{self, Read};
use std::process::Command;
use std::sync::mpsc;
use std::time::Duration;
use std::{fs, thread};

fn main() {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).unwrap();
    let sum: i64 = text.split_whitespace().map(|w| w.parse::<i64>().unwrap()).sum();
    let (sender, receiver) = mpsc::channel();
    let worker = thread::spawn(move || {
        thread::sleep(Duration::from_millis(1));
        sender.send(42).unwrap();
    });
    let value = receiver.recv().unwrap();
    worker.join().unwrap();
    let mut map = HashMap::new();
    map.insert(1, 2);
    fs::write("scratch.txt", vec![b'x'; 100_000]).unwrap();
    fs::copy("scratch.txt", "copy.txt").unwrap();
    fs::remove_file("copy.txt").unwrap();
    fs::remove_file("scratch.txt").unwrap();
    Command::new("/bin/true").status().unwrap();
    let _ = std::net::TcpStream::connect("127.0.0.1:9");
    let _ = thread::available_parallelism();
    println!("{} {}", sum, value);
}
