//! One call: resolved, checked, sent, and its answer read within bounds.

use crate::address::{Reach, reach};
use rustls::crypto::ring;
use std::io::Read;
use std::sync::Arc;
use std::time::Duration;
use ureq::http::Uri;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Error};

/// Bytes of the headers of an answer.
const HEADER_BYTES_MAX: usize = 16 << 10;

/// Who is believed to be who they say.
#[derive(Clone, Debug, Default)]
pub enum Roots {
    /// Whom the machine believes.
    #[default]
    Machine,
    /// Only whom these certificates vouch for; PEM.
    Pinned(Vec<u8>),
}

/// What holds for every call of a caller.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whether addresses inside the house and on this machine may be called.
    pub private_addresses: bool,
    pub roots: Roots,
    /// From resolving the name to the last byte of the answer.
    pub wait: Duration,
    /// Bytes of an answer's body.
    pub bytes_max: u64,
    /// Whether a longer answer is cut there; else it is none.
    pub cuts: bool,
}

impl Default for Options {
    fn default() -> Self {
        let wait = Duration::from_secs(3);
        let bytes_max = 256 << 10;
        Self { private_addresses: false, roots: Roots::Machine, wait, bytes_max, cuts: false }
    }
}

/// Why a call has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallError {
    /// The name leads to an address that may not be called, or the address cannot be read.
    Forbidden(String),
    /// Nobody answered, or not in time, or not as who was called.
    Away(String),
    /// The answer was longer than its bound.
    TooLarge,
    /// The certificates to believe cannot be read.
    Roots(String),
}

impl std::fmt::Display for CallError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Forbidden(said) => write!(f, "may not be called: {said}"),
            Self::Away(said) => write!(f, "no answer: {said}"),
            Self::TooLarge => f.write_str("the answer is too long"),
            Self::Roots(said) => write!(f, "certificates: {said}"),
        }
    }
}

impl std::error::Error for CallError {}

/// What came back, whatever its status: redirects too.
#[derive(Clone, Debug)]
pub struct Answered {
    pub status: u16,
    pub content_type: String,
    pub body: Vec<u8>,
}

/// Makes calls. Cloning shares its connections.
#[derive(Clone)]
pub struct Caller {
    agent: Agent,
    bytes_max: u64,
    cuts: bool,
    private_addresses: bool,
}

impl std::fmt::Debug for Caller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Caller")
    }
}

impl Caller {
    /// A caller with these bounds. Refused where its certificates cannot be read.
    pub fn new(options: &Options) -> Result<Self, CallError> {
        let tls = TlsConfig::builder()
            .unversioned_rustls_crypto_provider(Arc::new(ring::default_provider()))
            .root_certs(RootCerts::from(certificates(&options.roots)?))
            .build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .proxy(None)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .timeout_global(Some(options.wait))
            .max_response_header_size(HEADER_BYTES_MAX)
            .user_agent("bellwether")
            .build();
        let guard = Guard {
            inner: DefaultResolver::default(),
            private_addresses: options.private_addresses,
        };
        let agent = Agent::with_parts(config, DefaultConnector::default(), guard);
        let Options { bytes_max, cuts, private_addresses, .. } = *options;
        Ok(Self { agent, bytes_max, cuts, private_addresses })
    }

    /// Whether an address could be called at all, as far as it says so itself: what its name leads
    /// to is found out with each call.
    pub fn check(&self, address: &str) -> Result<(), CallError> {
        check_address(address, self.private_addresses)
    }

    /// Asks for what lies at an address.
    pub fn get(&self, address: &str) -> Result<Answered, CallError> {
        let request = self.agent.get(address).header("accept", "application/json");
        self.read(request.call())
    }

    /// Sends bytes of this type with these headers.
    pub fn post(
        &self,
        address: &str,
        content_type: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Answered, CallError> {
        let mut request = self.agent.post(address).header("content-type", content_type);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.read(request.send(body))
    }

    fn read(
        &self,
        answer: Result<ureq::http::Response<ureq::Body>, Error>,
    ) -> Result<Answered, CallError> {
        let mut answer = answer.map_err(error_of)?;
        let status = answer.status().as_u16();
        let told = answer.headers().get("content-type").and_then(|value| value.to_str().ok());
        let content_type = told.unwrap_or("").to_owned();
        if self.cuts {
            let mut body = Vec::new();
            // What was said is known already; how it went on is not worth failing for.
            let _ = answer.body_mut().as_reader().take(self.bytes_max).read_to_end(&mut body);
            return Ok(Answered { status, content_type, body });
        }
        let body = answer.body_mut().with_config().limit(self.bytes_max).read_to_vec();
        Ok(Answered { status, content_type, body: body.map_err(error_of)? })
    }
}

/// Whether an address could be called at all: https to a name or a public address, without a name
/// and password in it. Where the house may be called, plain http on this machine too.
pub fn check_address(address: &str, private_addresses: bool) -> Result<(), CallError> {
    let forbidden = |said: &str| Err(CallError::Forbidden(said.to_owned()));
    let Ok(uri) = address.parse::<Uri>() else { return forbidden("not an address") };
    let Some(authority) = uri.authority() else { return forbidden("no host") };
    if authority.as_str().contains('@') {
        return forbidden("a name and password in the address");
    }
    let host = authority.host();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let found = bare.parse().ok().map(reach);
    let is_here = found == Some(Reach::Loopback) || host == "localhost";
    match uri.scheme_str() {
        Some("https") => {}
        Some("http") if is_here && private_addresses => {}
        _ => return forbidden("not https"),
    }
    match found {
        Some(Reach::Never) => forbidden("no address of a machine"),
        Some(Reach::Loopback | Reach::Private) if !private_addresses => {
            forbidden("a private address")
        }
        _ if is_here && !private_addresses => forbidden("a private address"),
        _ => Ok(()),
    }
}

fn certificates(roots: &Roots) -> Result<Vec<Certificate<'static>>, CallError> {
    match roots {
        Roots::Machine => {
            // A machine without certificates calls nobody by https; the call says so.
            let found = rustls_native_certs::load_native_certs().certs;
            Ok(found.iter().map(|der| Certificate::from_der(der).to_owned()).collect())
        }
        Roots::Pinned(pem) => {
            let mut certificates = Vec::new();
            for item in parse_pem(pem) {
                match item {
                    Ok(PemItem::Certificate(certificate)) => certificates.push(certificate),
                    Ok(_) => {}
                    Err(error) => return Err(CallError::Roots(error.to_string())),
                }
            }
            if certificates.is_empty() {
                return Err(CallError::Roots("no certificate in the file".to_owned()));
            }
            Ok(certificates)
        }
    }
}

/// Marks an error of the guard among those of the network.
const FORBIDDEN: std::io::ErrorKind = std::io::ErrorKind::PermissionDenied;

fn error_of(error: Error) -> CallError {
    match error {
        Error::BodyExceedsLimit(_) => CallError::TooLarge,
        Error::Io(error) if error.kind() == FORBIDDEN => CallError::Forbidden(error.to_string()),
        Error::BadUri(said) => CallError::Forbidden(said),
        error => CallError::Away(error.to_string()),
    }
}

/// Resolves a name once and passes on only what may be called; the connection takes no other.
#[derive(Debug)]
struct Guard {
    inner: DefaultResolver,
    private_addresses: bool,
}

impl Resolver for Guard {
    fn resolve(
        &self,
        uri: &Uri,
        config: &ureq::config::Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let found = self.inner.resolve(uri, config, timeout)?;
        let is_plain = uri.scheme_str() != Some("https");
        for address in found.iter() {
            let reach = reach(address.ip());
            let may = match reach {
                Reach::Public => true,
                Reach::Loopback | Reach::Private => self.private_addresses,
                Reach::Never => false,
            };
            // Nobody but this machine listens in on its own loopback.
            if !may || (is_plain && reach != Reach::Loopback) {
                let said = format!("{} is {reach:?}", address.ip());
                return Err(Error::Io(std::io::Error::new(FORBIDDEN, said)));
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::net::TcpListener;

    /// Answers one call with these bytes, after reading its head.
    fn server(answer: &'static [u8], pause: Duration) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}/x", listener.local_addr().expect("bound"));
        std::thread::spawn(move || {
            let Ok((mut stream, _)) = listener.accept() else { return };
            let mut bytes = [0; 4_096];
            let _ = stream.read(&mut bytes);
            std::thread::sleep(pause);
            let _ = stream.write_all(answer);
        });
        address
    }

    fn caller(private_addresses: bool) -> Caller {
        let wait = Duration::from_millis(400);
        let options = Options { private_addresses, wait, bytes_max: 10, ..Options::default() };
        Caller::new(&options).expect("a caller")
    }

    const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-type: a/b\r\n\r\nok";

    #[test]
    fn the_house_is_called_only_where_the_operator_says_so() {
        let address = server(OK, Duration::ZERO);
        let refused = caller(false).get(&address).expect_err("refused");
        assert!(matches!(refused, CallError::Forbidden(_)), "{refused}");
        let answer = caller(true).get(&address).expect("an answer");
        assert_eq!((answer.status, answer.body.as_slice()), (200, &b"ok"[..]));
        assert_eq!(answer.content_type, "a/b");
        for far in ["http://192.168.0.1/", "https://169.254.169.254/", "http://[ff02::1]/", "x:y"] {
            let refused = caller(true).get(far).expect_err(far);
            assert!(matches!(refused, CallError::Forbidden(_)), "{far}: {refused}");
        }
        let named = caller(false).get("https://localhost:9/").expect_err("by name too");
        assert!(matches!(named, CallError::Forbidden(_)), "{named}");
    }

    #[test]
    fn redirects_are_answers_and_long_and_slow_ones_are_none() {
        let moved =
            b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n";
        let answer = caller(true).get(&server(moved, Duration::ZERO)).expect("an answer");
        assert_eq!(answer.status, 302);
        let long = b"HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\nhello world";
        let refused = caller(true).get(&server(long, Duration::ZERO)).expect_err("too long");
        assert_eq!(refused, CallError::TooLarge);
        let late = caller(true).get(&server(OK, Duration::from_secs(2))).expect_err("too late");
        assert!(matches!(late, CallError::Away(_)), "{late}");
        let posted = caller(true).post(&server(OK, Duration::ZERO), "a/b", &[("x-y", "z")], b"1");
        assert_eq!(posted.expect("an answer").status, 200);
    }

    #[test]
    fn a_longer_answer_is_cut_where_only_its_beginning_is_wanted() {
        let long = b"HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\nhello world";
        let options =
            Options { private_addresses: true, bytes_max: 5, cuts: true, ..Options::default() };
        let caller = Caller::new(&options).expect("a caller");
        let answer =
            caller.post(&server(long, Duration::ZERO), "a/b", &[], b"1").expect("an answer");
        assert_eq!((answer.status, answer.body.as_slice()), (200, &b"hello"[..]));
    }

    #[test]
    fn addresses_are_looked_at_before_they_are_kept() {
        let check = |address: &str, house: bool, want: bool| {
            assert_eq!(check_address(address, house).is_ok(), want, "{address} {house}");
        };
        for address in
            ["https://erp.example/hook?x=1", "https://erp.example:8443/", "https://9.9.9.9/"]
        {
            check(address, false, true);
        }
        for address in [
            "http://erp.example/",
            "ftp://erp.example/",
            "https://me:pw@erp.example/",
            "erp.example",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://10.0.0.8/",
            "https://localhost/",
            "https://169.254.169.254/",
            "http://127.0.0.1/",
            "",
            "https://",
        ] {
            check(address, false, false);
        }
        check("http://127.0.0.1:9/x", true, true);
        check("http://10.0.0.8/", true, false);
        check("https://10.0.0.8/", true, true);
        check("https://169.254.169.254/", true, false);
    }

    #[test]
    fn certificates_have_to_be_there() {
        let pinned = |pem: &[u8]| {
            Caller::new(&Options { roots: Roots::Pinned(pem.to_vec()), ..Options::default() })
        };
        assert!(matches!(pinned(b""), Err(CallError::Roots(_))));
        assert!(matches!(pinned(b"nothing of the kind"), Err(CallError::Roots(_))));
    }
}
