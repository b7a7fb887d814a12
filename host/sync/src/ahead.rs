//! Loading one ahead: what is read from disk and decoded is ready when it is
//! needed, on the other core.

use std::sync::mpsc::{self, Receiver, SyncSender};
use std::vec;

/// Calls `work` with what `load` gives for each number.
pub(crate) fn ahead<T: Send, R>(
    numbers: impl Iterator<Item = u32>,
    load: impl Fn(u32) -> T + Send,
    work: impl FnOnce(&mut Ahead<T>) -> R,
) -> R {
    let mut numbers = numbers.collect::<Vec<_>>().into_iter();
    let ready = numbers.next().map(&load);
    if numbers.len() == 0 {
        // Nothing is ahead, and a thread takes longer to start than most runs have.
        return work(&mut Ahead { ready, numbers, loader: None, is_loading: false });
    }
    std::thread::scope(|scope| {
        let (asks, asked) = mpsc::sync_channel(1);
        let (loaded, loads) = mpsc::sync_channel(1);
        scope.spawn(move || {
            // Whoever works may have had enough.
            let _ = asked.into_iter().map(load).try_for_each(|each| loaded.send(each));
        });
        work(&mut Ahead { ready, numbers, loader: Some((asks, loads)), is_loading: false })
    })
}

/// What is loaded, in order. While one is worked on, the next is loaded.
pub(crate) struct Ahead<T> {
    ready: Option<T>,
    numbers: vec::IntoIter<u32>,
    loader: Option<(SyncSender<u32>, Receiver<T>)>,
    is_loading: bool,
}

impl<T> Ahead<T> {
    /// Waits until nothing is being loaded. Who reads while another commits keeps
    /// pages from being used again, and what a file looks like would be a matter of
    /// who was faster.
    pub(crate) fn settle(&mut self) {
        if std::mem::take(&mut self.is_loading)
            && let Some((_, loads)) = &self.loader
        {
            self.ready = Some(loads.recv().expect("whoever loads ends after who works"));
        }
    }
}

impl<T> Iterator for Ahead<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.settle();
        let ready = self.ready.take();
        if let Some((asks, _)) = &self.loader
            && let Some(number) = self.numbers.next()
        {
            self.is_loading = asks.send(number).is_ok();
        }
        ready
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::ahead;

    #[test]
    fn everything_comes_in_order_and_whoever_stops_early_is_not_waited_for() {
        assert_eq!(ahead(2..6, |n| n * 10, |each| each.collect::<Vec<_>>()), [20, 30, 40, 50]);
        assert_eq!(ahead(0..1_000, |n| n, |each| each.next()), Some(0));
        assert_eq!(ahead(4..5, |n| n, |each| each.collect::<Vec<_>>()), [4]);
        assert_eq!(ahead(4..4, |n| n, |each| each.next()), None);
    }

    #[test]
    fn one_is_loaded_ahead_and_nothing_after_it_was_settled() {
        let loaded = Mutex::new(Vec::new());
        let load = |n| loaded.lock().expect("nobody panicked").push(n);
        ahead(0..9, load, |each| {
            for ahead in 1..5 {
                each.next();
                each.settle();
                assert_eq!(loaded.lock().expect("nobody panicked").len(), ahead + 1);
            }
        });
        assert_eq!(*loaded.lock().expect("nobody panicked"), [0, 1, 2, 3, 4]);
    }
}
