//! Puts a manifest into a component: the counterpart of reading it.

use rollcall_grants::Manifest;

use crate::error::Refusal;

/// The component with the manifest (compact JSON) as its custom section.
/// Appended as a whole section: the bytes before it stay as they are.
pub fn embed_manifest(component: &[u8], manifest: &[u8]) -> Result<Vec<u8>, Refusal> {
    if manifest.len() > Manifest::MAX_BYTES {
        let (name, bytes) = (Manifest::SECTION.to_owned(), manifest.len());
        return Err(Refusal::CustomSection { name, bytes, limit: Manifest::MAX_BYTES });
    }
    let name = Manifest::SECTION.as_bytes();
    let mut content = leb128(name.len());
    content.extend_from_slice(name);
    content.extend_from_slice(manifest);
    let mut whole = component.to_vec();
    whole.push(CUSTOM);
    whole.extend(leb128(content.len()));
    whole.extend(content);
    Ok(whole)
}

/// Id of a custom section, in components as in modules.
const CUSTOM: u8 = 0;

fn leb128(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(5);
    loop {
        // Seven bits a byte: the cast cannot cut anything off.
        let low = (number & 0x7f) as u8;
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use super::leb128;

    #[test]
    fn lengths() {
        let check = |number: usize, expected: &[u8]| assert_eq!(leb128(number), expected);
        check(0, &[0]);
        check(127, &[127]);
        check(128, &[0x80, 1]);
        check(624_485, &[0xe5, 0x8e, 0x26]);
    }
}
