// @EXPECTED_RESULTS@: MEMORY-LIMIT
// A line of 256 bytes for each number: 512 MB.
use std::io::{self, BufRead};

fn main() {
    let mut records: Vec<Vec<u8>> = Vec::new();
    for line in io::stdin().lock().lines().skip(1) {
        let mut record = line.unwrap().into_bytes();
        record.resize(256, b' ');
        records.push(record);
    }
    let mut lonely = 0u32;
    for record in &records {
        lonely ^= std::str::from_utf8(record).unwrap().trim().parse::<u32>().unwrap();
    }
    println!("{}", lonely);
}
