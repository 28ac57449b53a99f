use std::sync::atomic::{AtomicU64, Ordering};

fn main() {
    let number = AtomicU64::new(1);
    loop {
        number.fetch_add(1, Ordering::SeqCst);
    }
}
