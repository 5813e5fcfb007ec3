//! Certificates: whom to trust beside the authorities of the system, and what to show to a target that asks.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::pem::{Error as PemError, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use secrecy::{ExposeSecret, SecretString};

use crate::target::config::TlsConfig;

/// How TLS is spoken.
#[derive(Clone, Debug, Default)]
pub struct Tls {
    /// Whether any certificate of the target is taken.
    pub insecure: bool,
    roots: Vec<CertificateDer<'static>>,
    /// Certificate chain and private key, as PEM.
    identity: Option<SecretString>,
}

/// A file with certificates or a key that cannot be used. No message holds a part of the file.
#[derive(Debug, thiserror::Error)]
pub enum TlsFileError {
    /// It cannot be read.
    #[error("cannot read {}: {cause}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        cause: std::io::Error,
    },
    /// It does not hold what it should.
    #[error("{} {found}: expected {expected}", .path.display())]
    Wrong {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        found: &'static str,
        /// What it should hold, and how to make it.
        expected: &'static str,
    },
    /// One of two files that belong together is missing.
    #[error("{given} is of no use alone: give {missing}, too")]
    Alone {
        /// The flag that was given.
        given: &'static str,
        /// The flag that goes with it.
        missing: &'static str,
    },
}

const CERTIFICATES: &str = "PEM certificates, `-----BEGIN CERTIFICATE-----` (from a DER file: `openssl x509 -inform der -in FILE -out FILE.pem`)";
const KEY: &str = "a PEM private key without a passphrase, `-----BEGIN PRIVATE KEY-----` (from an encrypted one: `openssl pkey -in FILE -out FILE.pem`)";

impl Tls {
    /// Reads the files of a configuration.
    ///
    /// # Errors
    /// A file that cannot be read, or does not hold what it should; one of certificate and key is missing.
    pub fn read(config: &TlsConfig) -> Result<Self, TlsFileError> {
        let mut tls = Self { insecure: config.insecure, ..Self::default() };
        if let Some(path) = &config.ca {
            tls.roots = certificates(path)?;
            let mut store = rustls::RootCertStore::empty();
            for root in &tls.roots {
                let is_usable = store.add(root.clone()).is_ok();
                wrong_unless(is_usable, path, "holds a certificate that cannot be read", CERTIFICATES)?;
            }
        }
        tls.identity = match (&config.client_cert, &config.client_key) {
            (Some(cert), Some(key)) => Some(identity(cert, key)?),
            (Some(_), None) => return Err(TlsFileError::Alone { given: "--client-cert", missing: "--client-key" }),
            (None, Some(_)) => return Err(TlsFileError::Alone { given: "--client-key", missing: "--client-cert" }),
            (None, None) => None,
        };
        Ok(tls)
    }

    /// Whether there is a certificate to show to a target that asks.
    pub(super) const fn has_identity(&self) -> bool {
        self.identity.is_some()
    }

    /// Applies everything to a client that is made.
    pub(super) fn apply(&self, mut builder: reqwest::ClientBuilder) -> reqwest::Result<reqwest::ClientBuilder> {
        let roots = self.roots.iter().map(|root| reqwest::Certificate::from_der(root));
        builder = builder.tls_certs_merge(roots.collect::<reqwest::Result<Vec<_>>>()?);
        if let Some(identity) = &self.identity {
            builder = builder.identity(reqwest::Identity::from_pem(identity.expose_secret().as_bytes())?);
        }
        Ok(builder.tls_danger_accept_invalid_certs(self.insecure))
    }
}

fn identity(cert: &Path, key: &Path) -> Result<SecretString, TlsFileError> {
    let chain = certificates(cert)?;
    let mut pem = text(cert)?;
    let private = text(key)?;
    let is_encrypted = private.contains("BEGIN ENCRYPTED PRIVATE KEY") || private.contains("Proc-Type: 4,ENCRYPTED");
    wrong_unless(!is_encrypted, key, "is encrypted", KEY)?;
    let parsed = PrivateKeyDer::from_pem_slice(private.as_bytes()).ok();
    let Some(parsed) = parsed else {
        return wrong_unless(false, key, "holds no private key", KEY).map(|()| SecretString::default());
    };
    let provider = rustls::crypto::ring::default_provider();
    let signed = rustls::sign::CertifiedKey::from_der(chain, parsed, &provider);
    let mismatch = matches!(signed, Err(rustls::Error::InconsistentKeys(_)));
    wrong_unless(!mismatch, key, "is not the key of the client certificate", "the private key that was made for it")?;
    wrong_unless(signed.is_ok(), key, "holds a key of a kind that is not supported", "an RSA, ECDSA or Ed25519 key")?;
    pem.push('\n');
    pem.push_str(&private);
    Ok(pem.into())
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsFileError> {
    let bytes = fs::read(path).map_err(|cause| TlsFileError::Unreadable { path: path.to_owned(), cause })?;
    let parsed: Result<Vec<_>, PemError> = CertificateDer::pem_slice_iter(&bytes).collect();
    wrong_unless(parsed.is_ok(), path, "holds broken PEM", CERTIFICATES)?;
    let parsed = parsed.unwrap_or_default();
    wrong_unless(!parsed.is_empty(), path, "holds no certificate", CERTIFICATES)?;
    Ok(parsed)
}

fn text(path: &Path) -> Result<String, TlsFileError> {
    fs::read_to_string(path).map_err(|cause| TlsFileError::Unreadable { path: path.to_owned(), cause })
}

fn wrong_unless(holds: bool, path: &Path, found: &'static str, expected: &'static str) -> Result<(), TlsFileError> {
    if holds { Ok(()) } else { Err(TlsFileError::Wrong { path: path.to_owned(), found, expected }) }
}

/// Makes ring the provider of cryptography, unless the host program has chosen another.
pub(super) fn choose_provider() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// A TLS error somewhere in the chain of causes.
pub(super) fn tls_error<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a rustls::Error> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<rustls::Error>() {
            return Some(found);
        }
        // An I/O error does not count what it wraps as its source.
        next = match error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        };
        if let Some(shared) = next.and_then(|inner| inner.downcast_ref::<Arc<rustls::Error>>()) {
            return Some(shared);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Files {
        folder: tempfile::TempDir,
    }

    impl Files {
        fn new() -> Self {
            let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
            let other = rcgen::KeyPair::generate().unwrap();
            let folder = tempfile::tempdir().unwrap();
            let files = Self { folder };
            files.write("cert.pem", &made.cert.pem());
            files.write("key.pem", &made.signing_key.serialize_pem());
            files.write("other.pem", &other.serialize_pem());
            files.write("empty.pem", "no certificate: sesame-open\n");
            files.write("broken.pem", "-----BEGIN CERTIFICATE-----\nsesame-open\n-----END CERTIFICATE-----\n");
            files.write("garbage.pem", "-----BEGIN CERTIFICATE-----\nc2VzYW1l\n-----END CERTIFICATE-----\n");
            let encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nc2VzYW1l\n-----END ENCRYPTED PRIVATE KEY-----\n";
            files.write("encrypted.pem", encrypted);
            files
        }

        fn write(&self, name: &str, text: &str) {
            fs::write(self.folder.path().join(name), text).unwrap();
        }

        fn read(&self, ca: Option<&str>, cert: Option<&str>, key: Option<&str>) -> Result<Tls, TlsFileError> {
            let path = |name: &str| self.folder.path().join(name);
            let insecure = false;
            Tls::read(&TlsConfig { ca: ca.map(path), client_cert: cert.map(path), client_key: key.map(path), insecure })
        }
    }

    #[test]
    fn certificates_and_keys_are_read() {
        let tls = Files::new().read(Some("cert.pem"), Some("cert.pem"), Some("key.pem")).unwrap();
        assert!(tls.roots.len() == 1 && tls.has_identity());
        assert!(!format!("{tls:?}").contains("PRIVATE"));
    }

    #[test]
    fn files_that_are_something_else_are_named_with_what_was_expected() {
        let files = Files::new();
        for (ca, cert, key, parts) in [
            (Some("nowhere.pem"), None, None, &["cannot read", "nowhere.pem"][..]),
            (Some("empty.pem"), None, None, &["empty.pem holds no certificate", "BEGIN CERTIFICATE"]),
            (Some("key.pem"), None, None, &["key.pem holds no certificate"]),
            (Some("broken.pem"), None, None, &["broken.pem holds broken PEM"]),
            (Some("garbage.pem"), None, None, &["garbage.pem holds a certificate that cannot be read"]),
            (None, Some("cert.pem"), None, &["--client-cert is of no use alone", "--client-key"]),
            (None, None, Some("key.pem"), &["--client-key is of no use alone", "--client-cert"]),
            (None, Some("cert.pem"), Some("cert.pem"), &["cert.pem holds no private key", "BEGIN PRIVATE KEY"]),
            (None, Some("cert.pem"), Some("encrypted.pem"), &["encrypted.pem is encrypted", "openssl pkey"]),
            (None, Some("cert.pem"), Some("other.pem"), &["other.pem is not the key of the client certificate"]),
        ] {
            let text = files.read(ca, cert, key).map(|_| ()).unwrap_err().to_string();
            assert!(parts.iter().all(|part| text.contains(part)), "{text}");
            assert!(!text.contains("sesame") && !text.contains("c2Vz"), "{text}");
        }
    }
}
