//! Relays that let an instrument be switched on: Modbus TCP devices and HTTP relays of a laboratory.
//!
//! They stand inside the house and speak in the clear, so none is called outside the networks that the
//! operator named. A relay is believed only by its own word: after each switching its state is read
//! back, and no answer, or another state, is an error.

use crate::CallError;
use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs};
use std::time::Duration;

/// Bytes of an answer of a relay.
const BYTES_MAX: usize = 16 << 10;
/// Modbus: read coils, write a single coil (Modbus Application Protocol V1.1b3, 6.1 and 6.5).
const READ_COILS: u8 = 1;
const WRITE_COIL: u8 = 5;
/// A refusal answers with the function and this bit (ibidem, 7).
const REFUSED: u8 = 0x80;

/// What switches an instrument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Relay {
    /// A coil of a unit behind a Modbus TCP device.
    Modbus { host: String, port: u16, unit: u8, coil: u16 },
    /// A web relay: three paths of one machine, and the text that its state holds when it is on.
    Http { host: String, port: u16, on: String, off: String, state: String, is_on: String },
}

impl Relay {
    /// Reads `modbus://host[:port]/unit/coil`, or `http://host[:port]` and then, after `#`, the paths
    /// for on, off and state and the text of a state that is on, each after a `|`:
    /// `http://relay-3#/relay/0?turn=on|/relay/0?turn=off|/relay/0|"ison":true`.
    pub fn read(text: &str) -> Option<Self> {
        if let Some(rest) = text.strip_prefix("modbus://") {
            let mut parts = rest.split('/');
            let (host, port) = host_of(parts.next()?, 502)?;
            let (unit, coil) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
            return parts.next().is_none().then_some(Self::Modbus { host, port, unit, coil });
        }
        let (place, paths) = text.strip_prefix("http://")?.split_once('#')?;
        let (host, port) = host_of(place.trim_end_matches('/'), 80)?;
        let mut parts = paths.splitn(4, '|').map(str::to_owned);
        let (on, off, state) = (parts.next()?, parts.next()?, parts.next()?);
        let is_on = parts.next().filter(|text| !text.is_empty())?;
        let is_path = |path: &String| {
            path.starts_with('/') && path.bytes().all(|byte| byte.is_ascii_graphic())
        };
        let are_paths = [&on, &off, &state].into_iter().all(is_path);
        are_paths.then_some(Self::Http { host, port, on, off, state, is_on })
    }

    fn place(&self) -> (&str, u16) {
        match self {
            Self::Modbus { host, port, .. } | Self::Http { host, port, .. } => (host, *port),
        }
    }
}

/// A name or IPv4 address with its port; nothing that could leave a line of a request.
fn host_of(text: &str, port: u16) -> Option<(String, u16)> {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().ok()?),
        None => (text, port),
    };
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
    (!host.is_empty() && host.bytes().all(is_plain)).then(|| (host.to_owned(), port))
}

/// A network as `10.20.0.0/16`, or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    /// Reads one; more bits than the address has are none.
    pub fn read(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address.parse().ok()?, Some(bits.parse().ok()?)),
            None => (text.parse().ok()?, None),
        };
        let most = if matches!(address, IpAddr::V4(_)) { 32 } else { 128 };
        let bits = bits.unwrap_or(most);
        (bits <= most).then_some(Self { address, bits })
    }

    /// Whether an address lies in it.
    pub fn holds(self, other: IpAddr) -> bool {
        let shared = |own: u128, other: u128, width: u32| {
            let bits = u32::from(self.bits);
            bits == 0 || (own ^ other) >> (width - bits) == 0
        };
        match (self.address, other) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                shared(u128::from(own.to_bits()), u128::from(other.to_bits()), 32)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => shared(own.to_bits(), other.to_bits(), 128),
            _ => false,
        }
    }
}

/// Switches relays of these networks.
#[derive(Clone, Debug)]
pub struct Switch {
    networks: Vec<Network>,
    wait: Duration,
}

impl Switch {
    /// Each step of a call takes at most this long.
    pub fn new(networks: Vec<Network>, wait: Duration) -> Self {
        Self { networks, wait }
    }

    /// Whether a relay could be called, as far as its address says so itself: a name is resolved, and
    /// looked at, when it is called.
    pub fn may_call(&self, relay: &Relay) -> bool {
        let (host, _) = relay.place();
        let lies_within = |address: IpAddr| self.networks.iter().any(|it| it.holds(address));
        host.parse().map_or(!self.networks.is_empty(), lies_within)
    }

    /// Switches, and returns once the relay says that it is as wanted.
    pub fn set(&self, relay: &Relay, on: bool) -> Result<(), CallError> {
        match relay {
            Relay::Modbus { unit, coil, .. } => {
                let mut stream = self.connect(relay)?;
                let value: u16 = if on { 0xff00 } else { 0 };
                let [high, low] = coil.to_be_bytes();
                let [first, second] = value.to_be_bytes();
                let asked = [WRITE_COIL, high, low, first, second];
                let told = modbus(&mut stream, 1, *unit, &asked)?;
                if told != asked {
                    return Err(away("the device repeated another request"));
                }
                let is_on = coil_of(&mut stream, 2, *unit, *coil)?;
                agreed(is_on, on)
            }
            Relay::Http { on: path_on, off, .. } => {
                self.web(relay, if on { path_on } else { off })?;
                agreed(self.is_on(relay)?, on)
            }
        }
    }

    /// Whether it is on, by its own word.
    pub fn is_on(&self, relay: &Relay) -> Result<bool, CallError> {
        match relay {
            Relay::Modbus { unit, coil, .. } => coil_of(&mut self.connect(relay)?, 1, *unit, *coil),
            Relay::Http { state, is_on, .. } => Ok(self.web(relay, state)?.contains(is_on)),
        }
    }

    fn connect(&self, relay: &Relay) -> Result<TcpStream, CallError> {
        let found = relay.place().to_socket_addrs().map_err(of_network)?;
        let known: Vec<SocketAddr> = found.collect();
        let is_named = |place: &&SocketAddr| self.networks.iter().any(|it| it.holds(place.ip()));
        let Some(place) = known.iter().find(is_named) else {
            return Err(CallError::Forbidden("no network that was named for relays".to_owned()));
        };
        let stream = TcpStream::connect_timeout(place, self.wait).map_err(of_network)?;
        stream.set_read_timeout(Some(self.wait)).map_err(of_network)?;
        stream.set_write_timeout(Some(self.wait)).map_err(of_network)?;
        Ok(stream)
    }

    /// The body of an answer of a web relay.
    fn web(&self, relay: &Relay, path: &str) -> Result<String, CallError> {
        let mut stream = self.connect(relay)?;
        let (host, _) = relay.place();
        let asked = format!("GET {path} HTTP/1.0\r\nhost: {host}\r\nconnection: close\r\n\r\n");
        stream.write_all(asked.as_bytes()).map_err(of_network)?;
        let mut bytes = Vec::new();
        let bound = u64::try_from(BYTES_MAX).expect("a small bound");
        stream.take(bound).read_to_end(&mut bytes).map_err(of_network)?;
        let text = String::from_utf8_lossy(&bytes);
        let (head, body) =
            text.split_once("\r\n\r\n").ok_or_else(|| away("no answer of the web"))?;
        match head.split(' ').nth(1) {
            Some("200" | "202" | "204") => Ok(body.to_owned()),
            other => Err(away(&format!("the relay answered {}", other.unwrap_or("nothing")))),
        }
    }
}

fn agreed(is_on: bool, wanted: bool) -> Result<(), CallError> {
    match is_on == wanted {
        true => Ok(()),
        false => Err(away("the relay did not switch")),
    }
}

fn away(said: &str) -> CallError {
    CallError::Away(said.to_owned())
}

#[expect(clippy::needless_pass_by_value, reason = "it is what map_err hands over")]
fn of_network(error: std::io::Error) -> CallError {
    CallError::Away(error.to_string())
}

/// The state of one coil.
fn coil_of(stream: &mut TcpStream, n: u16, unit: u8, coil: u16) -> Result<bool, CallError> {
    let [high, low] = coil.to_be_bytes();
    match modbus(stream, n, unit, &[READ_COILS, high, low, 0, 1])?.as_slice() {
        [READ_COILS, 1, state] => Ok(state & 1 == 1),
        _ => Err(away("the device told no single coil")),
    }
}

/// One request of Modbus TCP and what it was answered, without the header (Modbus Messaging on TCP/IP
/// V1.0b, 3.1: transaction, protocol 0, length, unit).
fn modbus(stream: &mut TcpStream, n: u16, unit: u8, asked: &[u8]) -> Result<Vec<u8>, CallError> {
    let length = u16::try_from(asked.len() + 1).expect("a short request");
    let mut bytes = Vec::with_capacity(asked.len() + 7);
    bytes.extend(n.to_be_bytes());
    bytes.extend([0, 0]);
    bytes.extend(length.to_be_bytes());
    bytes.push(unit);
    bytes.extend(asked);
    stream.write_all(&bytes).map_err(of_network)?;
    let mut head = [0; 7];
    stream.read_exact(&mut head).map_err(of_network)?;
    let length = usize::from(u16::from_be_bytes([head[4], head[5]]));
    if head[..2] != n.to_be_bytes() || head[2..4] != [0, 0] || head[6] != unit {
        return Err(away("an answer to another request"));
    }
    // Unit and function at least, and at most what the protocol allows.
    if !(2..=254).contains(&length) {
        return Err(away("an answer of no known length"));
    }
    let mut told = vec![0; length - 1];
    stream.read_exact(&mut told).map_err(of_network)?;
    match (asked.first(), told.first()) {
        (Some(wanted), Some(found)) if wanted == found => Ok(told),
        (Some(wanted), Some(found)) if wanted | REFUSED == *found => {
            let code = told.get(1).copied().unwrap_or_default();
            Err(away(&format!("the device refused, exception {code}")))
        }
        _ => Err(away("an answer to another function")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    /// How a simulated device behaves.
    #[derive(Clone, Copy, PartialEq)]
    enum Manner {
        Sound,
        /// Says yes and does nothing.
        Stuck,
        /// Takes the call and says nothing.
        Mute,
        Refuses,
        OtherTransaction,
    }

    /// A Modbus TCP device with one coil, at 7 of unit 3.
    fn device(manner: Manner) -> (Relay, Arc<AtomicBool>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let coil = Arc::new(AtomicBool::new(false));
        let state = Arc::clone(&coil);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.expect("a caller");
                let mut asked = [0; 12];
                while stream.read_exact(&mut asked).is_ok() {
                    if manner == Manner::Mute {
                        std::thread::sleep(Duration::from_secs(2));
                        break;
                    }
                    assert_eq!((asked[6], &asked[8..10]), (3, &[0, 7][..]), "unit and coil");
                    let mut told = match asked[7] {
                        _ if manner == Manner::Refuses => vec![asked[7] | 0x80, 2],
                        5 => {
                            if manner != Manner::Stuck {
                                state.store(asked[10] == 0xff, Ordering::Relaxed);
                            }
                            asked[7..].to_vec()
                        }
                        _ => vec![1, 1, u8::from(state.load(Ordering::Relaxed))],
                    };
                    let length = u16::try_from(told.len() + 1).expect("short").to_be_bytes();
                    let mut bytes = vec![asked[0], asked[1], 0, 0, length[0], length[1], 3];
                    bytes[1] = bytes[1].wrapping_add(u8::from(manner == Manner::OtherTransaction));
                    bytes.append(&mut told);
                    stream.write_all(&bytes).expect("it listens");
                }
            }
        });
        (Relay::read(&format!("modbus://127.0.0.1:{port}/3/7")).expect("an address"), coil)
    }

    fn switch(network: &str) -> Switch {
        let network = Network::read(network).expect("a network");
        Switch::new(vec![network], Duration::from_millis(500))
    }

    #[test]
    fn a_coil_is_switched_and_read_back() {
        let (relay, coil) = device(Manner::Sound);
        let here = switch("127.0.0.0/8");
        for on in [true, false, true] {
            here.set(&relay, on).expect("switched");
            assert_eq!(coil.load(Ordering::Relaxed), on);
            assert_eq!(here.is_on(&relay), Ok(on));
        }
    }

    #[test]
    fn a_device_that_does_not_do_it_is_an_error() {
        let check = |manner: Manner, part: &str| {
            let (relay, _) = device(manner);
            let said = switch("127.0.0.1").set(&relay, true).expect_err("not switched").to_string();
            assert!(said.contains(part), "{said}");
        };
        check(Manner::Stuck, "did not switch");
        check(Manner::Mute, "no answer");
        check(Manner::Refuses, "exception 2");
        check(Manner::OtherTransaction, "another request");
        let nobody = Relay::read("modbus://127.0.0.1:1/3/7").expect("an address");
        assert!(matches!(switch("127.0.0.1").set(&nobody, true), Err(CallError::Away(_))));
    }

    #[test]
    fn only_named_networks_are_called() {
        let (relay, coil) = device(Manner::Sound);
        for network in ["10.0.0.0/8", "127.0.0.2", "::1"] {
            let said = switch(network).set(&relay, true).expect_err("not called");
            assert!(matches!(said, CallError::Forbidden(_)), "{said}");
        }
        assert!(!coil.load(Ordering::Relaxed));
        assert!(switch("127.0.0.0/8").may_call(&relay) && !switch("10.0.0.0/8").may_call(&relay));
        let named = Relay::read("modbus://plc-4/3/7").expect("a name");
        assert!(switch("10.0.0.0/8").may_call(&named));
        assert!(!Switch::new(Vec::new(), Duration::ZERO).may_call(&named));
    }

    #[test]
    fn a_web_relay_is_switched_and_read_back() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("bound").port();
        std::thread::spawn(move || {
            let mut is_on = false;
            for stream in listener.incoming() {
                let mut stream = stream.expect("a caller");
                let mut bytes = [0; 500];
                let n = stream.read(&mut bytes).expect("asked");
                let asked = String::from_utf8_lossy(&bytes[..n]).into_owned();
                let status = if asked.contains("/broken") { "500 No" } else { "200 OK" };
                is_on = asked.contains("turn=on") || (is_on && !asked.contains("turn=off"));
                let told = format!("HTTP/1.0 {status}\r\n\r\n{{\"ison\":{is_on}}}");
                stream.write_all(told.as_bytes()).expect("it listens");
            }
        });
        let paths = "/relay/0?turn=on|/relay/0?turn=off|/relay/0|\"ison\":true";
        let relay = Relay::read(&format!("http://127.0.0.1:{port}#{paths}")).expect("an address");
        let here = switch("127.0.0.0/8");
        here.set(&relay, true).expect("on");
        assert_eq!(here.is_on(&relay), Ok(true));
        here.set(&relay, false).expect("off");
        assert_eq!(here.is_on(&relay), Ok(false));
        let broken = format!("http://127.0.0.1:{port}#/broken|/relay/0?turn=off|/relay/0|x");
        assert!(here.set(&Relay::read(&broken).expect("an address"), true).is_err());
    }

    #[test]
    fn addresses_are_read_or_refused() {
        let check = |text: &str, is_one: bool| {
            assert_eq!(Relay::read(text).is_some(), is_one, "{text}");
        };
        check("modbus://10.2.3.4/1/16", true);
        check("modbus://relay.lab:1502/255/65535", true);
        for text in
            ["modbus://10.2.3.4", "modbus://10.2.3.4/1", "modbus:///1/1", "modbus://h/256/1"]
        {
            check(text, false);
        }
        for text in ["modbus://h/1/1/1", "http://h", "http://h#/a|/b|/c", "http://h#/a|/b|/c|", "x"]
        {
            check(text, false);
        }
        check("http://h#/a b|/b|/c|on", false);
        check("http://h\r\nx#/a|/b|/c|on", false);
        check("http://h:8080/#/a|/b|/c|on", true);
        for (network, address, want) in [
            ("10.20.0.0/16", "10.20.255.1", true),
            ("10.20.0.0/16", "10.21.0.1", false),
            ("0.0.0.0/0", "8.8.8.8", true),
            ("fd00::/8", "fd12::1", true),
            ("fd00::/8", "10.0.0.1", false),
        ] {
            let network = Network::read(network).expect("a network");
            assert_eq!(network.holds(address.parse().expect("an address")), want, "{address}");
        }
        assert_eq!(Network::read("10.0.0.0/33"), None);
    }
}
