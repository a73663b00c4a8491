//! A receiver of webhooks for tests: takes what comes, refuses it, is slow, redirects, or dies
//! before it answers. It speaks as much of HTTP/1.1 (RFC 9112) as a sender needs.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

/// How one request is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// With this status and body.
    Say(u16, &'static str),
    /// After so many milliseconds, with 200.
    Late(u64),
    /// The connection ends without an answer.
    Die,
}

/// A request as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Came {
    /// Names in small letters.
    pub headers: Vec<(String, String)>,
    pub path: String,
    pub body: String,
    /// What was answered; 0 for nothing.
    pub status: u16,
}

impl Came {
    /// The value of a header; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }
}

#[derive(Default)]
struct Kept {
    came: Vec<Came>,
    answers: VecDeque<Answer>,
}

/// The receiver; it ends with the process of the test.
#[derive(Clone)]
pub struct Receiver {
    port: u16,
    kept: Arc<(Mutex<Kept>, Condvar)>,
}

impl Receiver {
    /// Listens on a port of this machine.
    ///
    /// # Panics
    /// Where no port is free.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let receiver = Self { port, kept: Arc::default() };
        let own = receiver.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let own = own.clone();
                // A connection that ends in the middle is the sender's business.
                std::thread::spawn(move || own.talk(&stream));
            }
        });
        receiver
    }

    /// Where it listens, below this path.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// How the next requests are answered; every other with 200.
    pub fn next(&self, answers: &[Answer]) {
        self.lock().answers.extend(answers);
    }

    /// Everything that came.
    pub fn came(&self) -> Vec<Came> {
        self.lock().came.clone()
    }

    /// Waits until so many requests came, or the time is over.
    ///
    /// # Panics
    /// Where another thread of the test panicked.
    pub fn wait_for(&self, n: usize, at_most: Duration) -> Vec<Came> {
        let kept = self.lock();
        let waited = self.kept.1.wait_timeout_while(kept, at_most, |kept| kept.came.len() < n);
        waited.expect("no other thread panicked").0.came.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.0.lock().expect("no other thread panicked")
    }

    fn talk(&self, stream: &TcpStream) -> Option<()> {
        let mut reader = BufReader::new(stream.try_clone().ok()?);
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).ok().filter(|n| *n > 0)?;
            let path = line.split(' ').nth(1)?.to_owned();
            let mut headers = Vec::new();
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).ok()?;
                let Some((name, value)) = line.trim_end().split_once(": ") else { break };
                headers.push((name.to_ascii_lowercase(), value.to_owned()));
            }
            let length = headers.iter().find(|(name, _)| name == "content-length");
            let length = length.and_then(|(_, value)| value.parse().ok()).unwrap_or(0);
            let mut body = vec![0; length];
            reader.read_exact(&mut body).ok()?;
            let body = String::from_utf8_lossy(&body).into_owned();
            let answer = self.lock().answers.pop_front().unwrap_or(Answer::Say(200, "ok"));
            let (status, said) = match answer {
                Answer::Say(status, said) => (status, said),
                Answer::Late(_) => (200, "late"),
                Answer::Die => (0, ""),
            };
            self.lock().came.push(Came { headers, path, body, status });
            self.kept.1.notify_all();
            match answer {
                Answer::Die => return None,
                Answer::Late(ms) => std::thread::sleep(Duration::from_millis(ms)),
                Answer::Say(..) => {}
            }
            let head = format!(
                "HTTP/1.1 {status} X\r\nlocation: /elsewhere\r\ncontent-length: {}\r\n\r\n{said}",
                said.len()
            );
            let mut stream = stream;
            stream.write_all(head.as_bytes()).ok()?;
        }
    }
}
