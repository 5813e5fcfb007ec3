//! Looks for a secret in everything that the program wrote, however it is spelled there.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

/// The places of `text` in which a secret stands, as what was found there. Secrets are letters and digits, which no
/// escaping changes; what stands around them may be escaped in any way.
pub(crate) fn found(text: &str, secrets: &[&str]) -> Vec<String> {
    let forms = secrets.iter().flat_map(|secret| forms(secret));
    forms.filter(|form| text.contains(form.as_str())).collect()
}

/// The ways in which a secret of letters and digits may be written. In base64, a text in the middle of another one has
/// three forms; the letters at its ends depend on what is beside it.
fn forms(secret: &str) -> Vec<String> {
    let mut forms =
        vec![secret.to_owned(), secret.chars().rev().collect(), secret.to_uppercase(), secret.to_lowercase()];
    let bytes: Vec<String> = secret.bytes().map(|b| format!("%{b:02x}")).collect();
    forms.push(bytes.concat());
    forms.push(bytes.concat().to_uppercase());
    forms.push(secret.bytes().map(|b| format!("\\u00{b:02x}")).collect());
    for engine in [STANDARD, URL_SAFE] {
        for shift in 0..3 {
            let encoded = engine.encode(format!("{}{secret}", "x".repeat(shift)));
            forms.push(encoded[4..encoded.len() - 4].to_owned());
        }
    }
    forms
}

/// An HTML report with the evidence that it packs.
pub(crate) fn unpacked(html: &str) -> String {
    let mut out = html.to_owned();
    for island in html.split("<script type=\"application/octet-stream\"").skip(1) {
        let packed = island.split_once('>').and_then(|(_, rest)| rest.split_once("</script>")).expect("an island").0;
        let bytes = STANDARD.decode(packed).expect("base64");
        let text = miniz_oxide::inflate::decompress_to_vec_zlib(&bytes).expect("zlib");
        // The fragments are a JSON array of HTML.
        let fragments: Vec<String> = serde_json::from_slice(&text).expect("JSON");
        out.extend(fragments);
    }
    out
}

#[test]
fn a_secret_is_found_in_each_spelling() {
    let secret = "canary7Qx2vLr9Tn4Zp";
    let whole = format!("a/b\"{secret}+x");
    let percent: String = url::form_urlencoded::byte_serialize(whole.as_bytes()).collect();
    for planted in [
        whole.clone(),
        percent,
        serde_json::Value::from(whole.as_str()).to_string(),
        whole.bytes().map(|b| format!("%{b:02X}")).collect(),
        STANDARD.encode(&whole),
        STANDARD.encode(format!("ann:{whole}")),
        URL_SAFE.encode(format!("?{whole}~~")),
        secret.chars().rev().collect(),
    ] {
        assert_ne!(found(&format!("before {planted} after"), &["other", secret]), Vec::<String>::new(), "{planted}");
    }
    assert_eq!(found("canary [masked] Y2FuYXJ5", &[secret]), Vec::<String>::new());
}

#[test]
fn a_secret_in_packed_evidence_is_found() {
    let fragments = serde_json::json!(["<p>plain</p>", "<p>canary7Qx2vLr9Tn4Zp</p>"]).to_string();
    let packed = STANDARD.encode(miniz_oxide::deflate::compress_to_vec_zlib(fragments.as_bytes(), 6));
    let html = format!("<p>x</p><script type=\"application/octet-stream\" id=\"island-0\">{packed}</script>");
    assert!(found(&html, &["canary7Qx2vLr9Tn4Zp"]).is_empty());
    assert!(!found(&unpacked(&html), &["canary7Qx2vLr9Tn4Zp"]).is_empty());
}
