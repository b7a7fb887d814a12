//! Where a read is: a small record, written as JSON and tagged with its shape.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{Failure, Result};

/// A record that can stand in a cursor or a checkpoint.
pub trait Shape: Serialize + DeserializeOwned {
    /// Names the shape and its version. Changed whenever an older cursor must
    /// not be read as a newer one.
    const SHAPE: &'static str;
}

/// The host's note of where the last page ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cursor(Option<Vec<u8>>);

impl Cursor {
    /// Whether this is the first page.
    pub fn is_start(&self) -> bool {
        self.0.is_none()
    }

    /// The state; the default one on the first page.
    pub fn read<T: Shape + Default>(&self) -> Result<T> {
        Ok(self.get()?.unwrap_or_default())
    }

    /// The state; `None` on the first page.
    pub fn get<T: Shape>(&self) -> Result<Option<T>> {
        let Some(bytes) = &self.0 else { return Ok(None) };
        let damaged = || Failure::InvalidResponse("the cursor is damaged, or of another version".into());
        decode(bytes).ok_or_else(damaged).map(Some)
    }
}

impl From<Option<Vec<u8>>> for Cursor {
    fn from(bytes: Option<Vec<u8>>) -> Self {
        Self(bytes)
    }
}

#[derive(Serialize)]
struct Written<'a, T>(&'a str, &'a T);

#[derive(Deserialize)]
struct Read<'a, T>(&'a str, T);

/// A state as bytes. A state that JSON cannot express becomes bytes that no
/// later call can read, so that the read fails and is never cut short.
pub fn encode<T: Shape>(state: &T) -> Vec<u8> {
    serde_json::to_vec(&Written(T::SHAPE, state)).unwrap_or_else(|error| {
        crate::warn!("a state of shape {} cannot be written: {error}", T::SHAPE);
        b"unwritable".to_vec()
    })
}

/// A state out of bytes; `None` where they are damaged or of another shape.
pub fn decode<T: Shape>(bytes: &[u8]) -> Option<T> {
    let Read(shape, state) = serde_json::from_str(std::str::from_utf8(bytes).ok()?).ok()?;
    (shape == T::SHAPE).then_some(state)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paging::{Offset, PageNumber};

    #[test]
    fn a_state_comes_back() {
        let bytes = encode(&Offset { offset: 200, ..Offset::default() });
        let cursor = Cursor::from(Some(bytes));
        assert_eq!(cursor.read::<Offset>().unwrap().offset, 200);
        assert!(Cursor::default().is_start());
        assert_eq!(Cursor::default().read::<Offset>().unwrap().offset, 0);
    }

    #[test]
    fn what_is_damaged_or_of_another_shape_fails_and_never_panics() {
        let good = encode(&Offset { offset: 200, ..Offset::default() });
        assert!(Cursor::from(Some(good.clone())).read::<PageNumber>().is_err());
        for at in 0..good.len() {
            let cut = Cursor::from(Some(good[..at].to_vec()));
            assert!(matches!(cut.read::<Offset>(), Err(Failure::InvalidResponse(_))));
            for byte in 0..=255 {
                let mut damaged = good.clone();
                damaged[at] = byte;
                let _ = Cursor::from(Some(damaged)).read::<Offset>();
            }
        }
    }
}
