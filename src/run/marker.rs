//! Texts that are unique to a case: they keep filters selective on a full target, and mark what is ours.

use sha2::{Digest, Sha256};

/// A text of 26 lower-case letters and digits (130 bits) that follows from the seed and the name alone.
#[must_use]
pub fn marker(seed: u64, name: &str) -> String {
    const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut hash = Sha256::new();
    hash.update(seed.to_be_bytes());
    hash.update(name.as_bytes());
    let digest = hash.finalize();
    // The first character is a letter, so that the text can begin a name.
    let mut out = String::with_capacity(26);
    let mut bits: u32 = 0;
    let mut held = 0;
    for byte in digest {
        bits = (bits << 8) | u32::from(byte);
        held += 8;
        while held >= 5 && out.len() < 26 {
            held -= 5;
            let index = ((bits >> held) & 31) as usize;
            let index = if out.is_empty() { index % 24 } else { index };
            out.push(char::from(ALPHABET[index]));
        }
        if out.len() == 26 {
            break;
        }
        bits &= (1 << held) - 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::marker;

    #[test]
    fn equal_input_gives_equal_text_and_other_input_another() {
        assert_eq!(marker(1, "a"), marker(1, "a"));
        assert_ne!(marker(1, "a"), marker(2, "a"));
        assert_ne!(marker(1, "a"), marker(1, "b"));
        assert_eq!(marker(7, "x").len(), 26);
        assert!(marker(7, "x").starts_with(|c: char| c.is_ascii_lowercase()));
    }
}
