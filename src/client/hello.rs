//! The first words of a TLS handshake before version 1.3 (RFC 5246 section 7.4): the hello of the server and its
//! certificates. All of it can be read, so that suites can be asked for that no library here speaks.

use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

use ring::rand::{SecureRandom, SystemRandom};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{AlertDescription, CipherSuite, ProtocolVersion};

/// No record is longer (RFC 5246 section 6.2.3).
const LONGEST_RECORD: usize = 16 * 1024 + 2048;
/// More than this is not read: no server sends so many certificates.
const MOST: usize = 128 * 1024;

/// Types of records.
const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;

/// Types of handshake messages.
const CLIENT_HELLO: u8 = 1;
const SERVER_HELLO: u8 = 2;
const CERTIFICATE: u8 = 11;

/// What a server chose, and its certificates, its own first.
#[derive(Debug)]
pub(super) struct Greeting {
    pub(super) version: ProtocolVersion,
    pub(super) suite: CipherSuite,
    pub(super) chain: Vec<CertificateDer<'static>>,
}

/// Why there was no greeting.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoGreeting {
    /// No connection, or no answer in time: nothing is known of the server.
    #[error("{0}")]
    Network(String),
    /// The server refuses what was offered, in whatever way.
    #[error("{0}")]
    Refused(String),
}

impl NoGreeting {
    fn network(error: impl ToString) -> Self {
        Self::Network(error.to_string())
    }
}

impl From<String> for NoGreeting {
    fn from(reason: String) -> Self {
        Self::Refused(reason)
    }
}

impl From<std::io::Error> for NoGreeting {
    /// A server may refuse by closing the connection; one that is silent may be slow.
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::TimedOut | std::io::ErrorKind::WouldBlock => Self::network(error),
            _ => Self::Refused(error.to_string()),
        }
    }
}

/// Offers one version and these suites.
///
/// # Errors
/// No connection, no TLS, or what the server refuses them with.
pub(super) fn greet(
    host: &str,
    port: u16,
    timeout: Duration,
    version: ProtocolVersion,
    suites: &[CipherSuite],
) -> Result<Greeting, NoGreeting> {
    let name = ServerName::try_from(host.to_owned()).map_err(NoGreeting::network)?;
    let mut socket = connect(host, port, timeout).map_err(NoGreeting::Network)?;
    let hello = client_hello(&name, version, suites).map_err(NoGreeting::Network)?;
    socket.write_all(&hello)?;
    let greeting = greeting(&mut Until { socket, end: Instant::now() + timeout })?;
    if greeting.version == version { Ok(greeting) } else { Err(format!("it chose {}", told(greeting.version)).into()) }
}

/// Connects to the first address of a host.
pub(super) fn connect(host: &str, port: u16, timeout: Duration) -> Result<TcpStream, String> {
    let address = (host, port).to_socket_addrs().map_err(|error| error.to_string())?.next();
    let address = address.ok_or_else(|| format!("no address is known of {host}"))?;
    let socket = TcpStream::connect_timeout(&address, timeout).map_err(|error| error.to_string())?;
    let limits = socket.set_read_timeout(Some(timeout)).and_then(|()| socket.set_write_timeout(Some(timeout)));
    limits.map_err(|error| error.to_string())?;
    Ok(socket)
}

/// `TLS 1.1`.
pub(super) fn told(version: ProtocolVersion) -> String {
    match version {
        ProtocolVersion::TLSv1_0 => "TLS 1.0".to_owned(),
        ProtocolVersion::TLSv1_1 => "TLS 1.1".to_owned(),
        ProtocolVersion::TLSv1_2 => "TLS 1.2".to_owned(),
        ProtocolVersion::TLSv1_3 => "TLS 1.3".to_owned(),
        other => format!("{other:?}"),
    }
}

/// A socket that is read until a moment, however slowly it speaks.
struct Until {
    socket: TcpStream,
    end: Instant,
}

impl Read for Until {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let left = self.end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(std::io::Error::new(std::io::ErrorKind::TimedOut, "no whole answer came in time"));
        }
        self.socket.set_read_timeout(Some(left))?;
        self.socket.read(buffer)
    }
}

/// The hello of a client, as a record.
fn client_hello(name: &ServerName<'_>, version: ProtocolVersion, suites: &[CipherSuite]) -> Result<Vec<u8>, String> {
    let mut random = [0; 32];
    SystemRandom::new().fill(&mut random).map_err(|_| "the system gives no random numbers".to_owned())?;
    let suites: Vec<u8> = suites.iter().flat_map(|suite| u16::from(*suite).to_be_bytes()).collect();
    let mut extensions = Vec::new();
    let mut extend = |kind: u16, data: &[u8]| {
        extensions.extend(kind.to_be_bytes());
        extensions.extend(sized(data));
    };
    if let ServerName::DnsName(name) = name {
        let name = [&[0][..], &sized(name.as_ref().as_bytes())].concat();
        extend(0, &sized(&name));
    }
    // Groups X25519, P-256 and P-384; points as they are; schemes of RSA and of elliptic keys.
    extend(10, &sized(&[0, 29, 0, 23, 0, 24]));
    extend(11, &[1, 0]);
    extend(13, &sized(&[4, 3, 8, 4, 4, 1, 5, 3, 8, 5, 5, 1, 6, 3, 8, 6, 6, 1, 2, 3, 2, 1]));
    // Extended master secret, and no renegotiation before (RFC 7627, RFC 5746): some servers insist on them.
    extend(23, &[]);
    extend(0xff01, &[0]);
    let mut body = Vec::new();
    body.extend(u16::from(version).to_be_bytes());
    body.extend(random);
    // No session, and no compression.
    body.push(0);
    body.extend(sized(&suites));
    body.extend([1, 0]);
    body.extend(sized(&extensions));
    let mut message = vec![CLIENT_HELLO, 0];
    message.extend(sized(&body));
    let mut record = vec![HANDSHAKE, 3, 1];
    record.extend(sized(&message));
    Ok(record)
}

/// The data behind its length, in two bytes.
fn sized(data: &[u8]) -> Vec<u8> {
    // Everything here is written above, and short.
    let length = u16::try_from(data.len()).unwrap_or(u16::MAX);
    [&length.to_be_bytes()[..], data].concat()
}

/// Reads as far as the certificates.
fn greeting(from: &mut impl Read) -> Result<Greeting, NoGreeting> {
    let mut handshake = Vec::new();
    let mut chosen = None;
    loop {
        while let Some((kind, message)) = first_message(&mut handshake) {
            match (kind, chosen) {
                (SERVER_HELLO, None) => {
                    chosen = Some(choice(&message).ok_or_else(|| "its hello is cut off".to_owned())?);
                }
                (CERTIFICATE, Some((version, suite))) => {
                    let chain = certificates(&message).ok_or_else(|| "its certificates are cut off".to_owned())?;
                    return Ok(Greeting { version, suite, chain });
                }
                _ => return Err("it sends no certificate after its hello".to_owned().into()),
            }
        }
        let mut head = [0; 5];
        from.read_exact(&mut head)?;
        let [kind, major, _, high, low] = head;
        let length = usize::from(u16::from_be_bytes([high, low]));
        if major != 3 || length > LONGEST_RECORD || handshake.len() + length > MOST {
            return Err("it answers something else than TLS".to_owned().into());
        }
        let mut record = vec![0; length];
        from.read_exact(&mut record)?;
        match (kind, &record[..]) {
            (HANDSHAKE, _) => handshake.append(&mut record),
            (ALERT, [_, code]) => {
                return Err(format!("it refuses with the alert {:?}", AlertDescription::from(*code)).into());
            }
            _ => return Err("it answers something else than a handshake".to_owned().into()),
        }
    }
}

/// Takes the first message off, once it is whole.
fn first_message(handshake: &mut Vec<u8>) -> Option<(u8, Vec<u8>)> {
    let [kind, a, b, c, ..] = handshake[..] else { return None };
    let length = usize::try_from(u32::from_be_bytes([0, a, b, c])).ok()?;
    if handshake.len() < 4 + length {
        return None;
    }
    let message = handshake[4..4 + length].to_vec();
    handshake.drain(..4 + length);
    Some((kind, message))
}

/// Version and suite of a server's hello: version, 32 random bytes, session, suite.
fn choice(message: &[u8]) -> Option<(ProtocolVersion, CipherSuite)> {
    let version = u16::from_be_bytes([*message.first()?, *message.get(1)?]);
    let session = usize::from(*message.get(34)?);
    let suite = message.get(35 + session..37 + session)?;
    Some((version.into(), u16::from_be_bytes([suite[0], suite[1]]).into()))
}

/// Certificates, each behind its length in three bytes, all of them behind the length of the whole.
fn certificates(message: &[u8]) -> Option<Vec<CertificateDer<'static>>> {
    let mut rest = message.get(3..)?;
    let mut chain = Vec::new();
    while let [a, b, c, after @ ..] = rest {
        let length = usize::try_from(u32::from_be_bytes([0, *a, *b, *c])).ok()?;
        chain.push(after.get(..length)?.to_vec().into());
        rest = &after[length..];
    }
    (rest.is_empty() && !chain.is_empty()).then_some(chain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: u8, body: &[u8]) -> Vec<u8> {
        [&[kind, 0][..], &sized(body)].concat()
    }

    fn record(kind: u8, body: &[u8]) -> Vec<u8> {
        [&[kind, 3, 3][..], &sized(body)].concat()
    }

    /// What a server with suites of CBC only says, but for its certificate, which is not looked into here.
    fn hello() -> Vec<u8> {
        let session = [[7; 32].as_slice(), &[0x20], &[9; 32]].concat();
        message(SERVER_HELLO, &[&[3, 3][..], &session, &[0xc0, 0x27, 0, 0, 0]].concat())
    }

    fn certificate(of: &[u8]) -> Vec<u8> {
        let one = [&[0][..], &sized(of)].concat();
        message(CERTIFICATE, &[&[0][..], &sized(&one)].concat())
    }

    fn read(bytes: &[u8]) -> Result<Greeting, String> {
        greeting(&mut &bytes[..]).map_err(|error| {
            assert!(matches!(error, NoGreeting::Refused(_)), "{error}");
            error.to_string()
        })
    }

    #[test]
    fn what_a_server_chooses_is_read_however_it_is_cut_into_records() {
        let handshake = [hello(), certificate(b"leaf")].concat();
        for at in [1, 4, 40, hello().len(), hello().len() + 9] {
            let (first, second) = handshake.split_at(at);
            let seen = read(&[record(HANDSHAKE, first), record(HANDSHAKE, second)].concat()).expect("a greeting");
            assert_eq!(seen.version, ProtocolVersion::TLSv1_2);
            assert_eq!(seen.suite, CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256);
            assert_eq!(seen.chain, [CertificateDer::from(b"leaf".to_vec())]);
        }
    }

    #[test]
    fn a_refusal_is_named() {
        let error = read(&record(ALERT, &[2, 70])).expect_err("an alert");
        assert_eq!(error, "it refuses with the alert ProtocolVersion");
    }

    #[test]
    fn whatever_is_no_handshake_ends_at_once() {
        let lying = message(CERTIFICATE, &[0, 0, 4, 0, 0, 9, 1]);
        for (bytes, why) in [
            (b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(), "something else than TLS"),
            (record(HANDSHAKE, &[SERVER_HELLO, 0, 0, 3, 3, 3, 1]), "cut off"),
            (record(HANDSHAKE, &[hello(), lying].concat()), "cut off"),
            (record(HANDSHAKE, &[hello(), hello()].concat()), "no certificate"),
            (record(HANDSHAKE, &certificate(b"leaf")), "no certificate"),
            (record(23, b"data"), "something else than a handshake"),
            (vec![HANDSHAKE, 3, 3, 0xff, 0xff], "something else than TLS"),
            (record(HANDSHAKE, &hello()), "failed to fill"),
        ] {
            let error = read(&bytes).expect_err(why);
            assert!(error.contains(why), "{error}");
        }
        // A message without an end.
        let endless = [record(HANDSHAKE, &[SERVER_HELLO, 0xff, 0xff, 0xff]), record(HANDSHAKE, &[0; 0x4000])];
        let error = read(&[endless[0].clone(), endless[1].repeat(9)].concat()).expect_err("it is too long");
        assert!(error.contains("something else than TLS"), "{error}");
    }

    #[test]
    fn a_server_that_says_nothing_in_time_has_refused_nothing() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let of = |port: u16| {
            let version = ProtocolVersion::TLSv1_2;
            greet("127.0.0.1", port, Duration::from_millis(50), version, &[CipherSuite::TLS_RSA_WITH_AES_128_CBC_SHA])
        };
        assert!(matches!(of(port), Err(NoGreeting::Network(_))), "{:?}", of(port));
        drop(listener);
        assert!(matches!(of(port), Err(NoGreeting::Network(_))), "{:?}", of(port));
    }
}
