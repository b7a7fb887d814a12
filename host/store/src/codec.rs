//! Records as bytes.

use serde::{Deserialize, Serialize};

use crate::StoreError;

/// MessagePack with named fields.
pub fn encode<T: Serialize>(what: &'static str, record: &T) -> Result<Vec<u8>, StoreError> {
    rmp_serde::to_vec_named(record).map_err(|error| StoreError::Damaged { what, detail: error.to_string() })
}

pub fn decode<'de, T: Deserialize<'de>>(what: &'static str, bytes: &'de [u8]) -> Result<T, StoreError> {
    rmp_serde::from_slice(bytes).map_err(|error| StoreError::Damaged { what, detail: error.to_string() })
}
