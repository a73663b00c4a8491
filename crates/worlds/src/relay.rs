//! Relays in this process, as they stand in a laboratory: a Modbus TCP device with one coil, and a web
//! relay; with the faults of real ones.

use parking_lot::Mutex;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

/// How a relay behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behaves {
    Soundly,
    /// Takes the call and says nothing.
    Mutely,
    /// Says yes and does nothing.
    Stuck,
    /// Says that it will not.
    Refusing,
}

/// A relay that listens until its test ends.
pub struct RelayDevice {
    /// As it is set for an instrument.
    pub address: String,
    state: Arc<Mutex<(bool, Behaves)>>,
}

/// Longer than the city waits for a step of a call.
const MUTE: Duration = Duration::from_millis(700);

impl RelayDevice {
    /// A Modbus TCP device whose coil is 7 of unit 3.
    pub fn modbus() -> Self {
        Self::listen(coil, |port| format!("modbus://127.0.0.1:{port}/3/7"))
    }

    /// A relay with a web page.
    pub fn web() -> Self {
        let paths = "/relay/0?turn=on|/relay/0?turn=off|/relay/0|\"ison\":true";
        Self::listen(page, |port| format!("http://127.0.0.1:{port}#{paths}"))
    }

    fn listen(
        serve: fn(TcpStream, &Mutex<(bool, Behaves)>),
        address: impl FnOnce(u16) -> String,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let state = Arc::new(Mutex::new((false, Behaves::Soundly)));
        let own = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = Arc::clone(&own);
                std::thread::spawn(move || serve(stream, &state));
            }
        });
        Self { address: address(port), state }
    }

    /// Whether it is on.
    pub fn is_on(&self) -> bool {
        self.state.lock().0
    }

    /// From now on it behaves like this.
    pub fn behave(&self, how: Behaves) {
        self.state.lock().1 = how;
    }
}

fn coil(mut stream: TcpStream, state: &Mutex<(bool, Behaves)>) {
    let mut asked = [0; 12];
    while stream.read_exact(&mut asked).is_ok() {
        let how = state.lock().1;
        if how == Behaves::Mutely {
            std::thread::sleep(MUTE);
            return;
        }
        assert_eq!((asked[6], &asked[8..10]), (3, &[0, 7][..]), "unit and coil");
        let told = match asked[7] {
            _ if how == Behaves::Refusing => vec![asked[7] | 0x80, 4],
            5 => {
                if how == Behaves::Soundly {
                    state.lock().0 = asked[10] == 0xff;
                }
                asked[7..].to_vec()
            }
            _ => vec![1, 1, u8::from(state.lock().0)],
        };
        let length = u16::try_from(told.len() + 1).expect("short").to_be_bytes();
        let mut bytes = vec![asked[0], asked[1], 0, 0, length[0], length[1], 3];
        bytes.extend(told);
        if stream.write_all(&bytes).is_err() {
            return;
        }
    }
}

fn page(mut stream: TcpStream, state: &Mutex<(bool, Behaves)>) {
    let mut bytes = [0; 500];
    let Ok(n) = stream.read(&mut bytes) else { return };
    let asked = String::from_utf8_lossy(&bytes[..n]).into_owned();
    let how = state.lock().1;
    let mut status = "200 OK";
    match how {
        Behaves::Mutely => {
            std::thread::sleep(MUTE);
            return;
        }
        Behaves::Refusing => status = "503 Busy",
        Behaves::Stuck => {}
        Behaves::Soundly => {
            let mut state = state.lock();
            state.0 = asked.contains("turn=on") || (state.0 && !asked.contains("turn=off"));
        }
    }
    let told = format!("HTTP/1.0 {status}\r\n\r\n{{\"ison\":{}}}", state.lock().0);
    // Who asked may have gone.
    let _ = stream.write_all(told.as_bytes());
}
