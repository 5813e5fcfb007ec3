//! The evidence of passed cases, packed: nobody reads most of it, and it would be most of the page.
//!
//! Each island is a JSON array of HTML fragments, deflated (zlib) and in Base64, which the script unpacks when one of
//! its cases is opened.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use miniz_oxide::deflate::compress_to_vec_zlib;

/// Fragments of about this many bytes share an island, so that opening a case unpacks little.
const SIZE: usize = 512 * 1024;

/// Collects fragments.
#[derive(Default)]
pub(super) struct Islands {
    done: Vec<String>,
    fragments: Vec<String>,
    size: usize,
}

impl Islands {
    /// Adds a fragment and gives its place, `island:index`.
    pub(super) fn add(&mut self, fragment: String) -> String {
        let place = format!("{}:{}", self.done.len(), self.fragments.len());
        self.size += fragment.len();
        self.fragments.push(fragment);
        if self.size >= SIZE {
            self.pack();
        }
        place
    }

    /// Every island; the alphabet of Base64 needs no escaping in HTML.
    pub(super) fn finish(mut self) -> Vec<String> {
        if !self.fragments.is_empty() {
            self.pack();
        }
        self.done
    }

    fn pack(&mut self) {
        let text = serde_json::Value::from(std::mem::take(&mut self.fragments)).to_string();
        self.done.push(STANDARD.encode(compress_to_vec_zlib(text.as_bytes(), 6)));
        self.size = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fragments_are_found_where_they_were_put() {
        let mut islands = Islands::default();
        let places: Vec<String> = ["a", &"b".repeat(SIZE), "ü"].map(|text| islands.add(text.to_owned())).into();
        assert_eq!(places, ["0:0", "0:1", "1:0"]);
        let packed = STANDARD.decode(&islands.finish()[1]).expect("Base64");
        let text = miniz_oxide::inflate::decompress_to_vec_zlib(&packed).expect("zlib");
        assert_eq!(text, "[\"ü\"]".as_bytes());
    }
}
