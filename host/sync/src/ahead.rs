//! Loading one ahead: what is read from disk and decoded is ready when it is
//! needed, on the other core.

use std::sync::mpsc;

/// Calls `work` with an iterator over what `load` gives for each number.
pub(crate) fn ahead<T: Send, R>(
    numbers: impl Iterator<Item = u32>,
    load: impl Fn(u32) -> T + Send,
    work: impl FnOnce(&mut dyn Iterator<Item = T>) -> R,
) -> R {
    let numbers: Vec<_> = numbers.collect();
    if numbers.len() < 2 {
        // Nothing is ahead, and a thread takes longer to start than most runs have.
        return work(&mut numbers.into_iter().map(load));
    }
    std::thread::scope(|scope| {
        let (sender, receiver) = mpsc::sync_channel(1);
        scope.spawn(move || {
            // Whoever works may have had enough.
            let _ = numbers.into_iter().map(load).try_for_each(|loaded| sender.send(loaded));
        });
        work(&mut receiver.into_iter())
    })
}

#[cfg(test)]
mod tests {
    use super::ahead;

    #[test]
    fn everything_comes_in_order_and_whoever_stops_early_is_not_waited_for() {
        assert_eq!(ahead(2..6, |n| n * 10, |each| each.collect::<Vec<_>>()), [20, 30, 40, 50]);
        assert_eq!(ahead(0..1_000, |n| n, |each| each.next()), Some(0));
        assert_eq!(ahead(4..5, |n| n, |each| each.collect::<Vec<_>>()), [4]);
    }
}
