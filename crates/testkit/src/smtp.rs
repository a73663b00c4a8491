//! A mail server for tests: takes letters, refuses them, hangs, or dies before it says that it took
//! one. It speaks as much of SMTP (RFC 5321) as a sender needs.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

/// How one connection goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// Every letter is taken.
    Take,
    /// The connection is refused with this line in place of a greeting.
    Greet(&'static str),
    /// The recipient is refused with this line.
    Recipient(&'static str),
    /// The letter is refused with this line after all of it came.
    Letter(&'static str),
    /// Nothing is said after the connection is made.
    Hang,
    /// All of the letter comes, and then nothing is said.
    HangAfterData,
    /// All of the letter comes, and then the connection ends.
    DieAfterData,
}

/// A letter as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    pub from: String,
    pub to: String,
    pub data: String,
    /// Whether the sender was told that it was taken.
    pub is_taken: bool,
}

impl Mail {
    /// The value of a header on one line; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        let head = self.data.split("\r\n\r\n").next().unwrap_or("");
        let stem = format!("{name}: ");
        head.lines().find_map(|line| line.strip_prefix(&stem)).unwrap_or("")
    }
}

#[derive(Default)]
struct Kept {
    mails: Vec<Mail>,
    moods: VecDeque<Mood>,
}

/// The server; it ends with the process of the test.
#[derive(Clone)]
pub struct SmtpServer {
    port: u16,
    kept: Arc<(Mutex<Kept>, Condvar)>,
}

impl SmtpServer {
    /// Listens on a port of this machine.
    ///
    /// # Panics
    /// Where no port is free.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let server = Self { port, kept: Arc::default() };
        let own = server.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let own = own.clone();
                // A connection that ends in the middle is the sender's business.
                std::thread::spawn(move || own.talk(&stream));
            }
        });
        server
    }

    /// The address as the settings take it.
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// How the next connections go, one after another; every later one takes all.
    pub fn next(&self, moods: &[Mood]) {
        self.lock().moods.extend(moods);
    }

    /// Everything that came, taken or not.
    pub fn mails(&self) -> Vec<Mail> {
        self.lock().mails.clone()
    }

    /// Waits until so many letters came, taken or not, or the time is over; gives them.
    pub fn wait_for(&self, n: usize, at_most: Duration) -> Vec<Mail> {
        let (kept, came) = &*self.kept;
        let guard = kept.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let few = |kept: &mut Kept| kept.mails.len() < n;
        let waited = came.wait_timeout_while(guard, at_most, few);
        waited.map(|(kept, _)| kept.mails.clone()).unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn talk(&self, stream: &TcpStream) -> Option<()> {
        let mood = self.lock().moods.pop_front().unwrap_or(Mood::Take);
        let mut says = stream.try_clone().ok()?;
        let mut say = |line: &str| write!(says, "{line}\r\n").ok();
        let mut hears = BufReader::new(stream.try_clone().ok()?);
        match mood {
            Mood::Greet(line) => return say(line),
            Mood::Hang => return wait_for_end(&mut hears),
            _ => say("220 test ESMTP")?,
        }
        let (mut from, mut to) = (String::new(), String::new());
        loop {
            let line = line(&mut hears)?;
            let verb = line.get(..4).unwrap_or(&line).to_ascii_uppercase();
            match verb.as_str() {
                "EHLO" => say("250-test\r\n250 8BITMIME")?,
                "MAIL" => {
                    from = address(&line);
                    say("250 go on")?;
                }
                "RCPT" => {
                    to = address(&line);
                    match mood {
                        Mood::Recipient(line) => say(line)?,
                        _ => say("250 go on")?,
                    }
                }
                "DATA" => {
                    say("354 go on")?;
                    let data = data(&mut hears)?;
                    let is_taken = mood == Mood::Take;
                    let mail = Mail { from: from.clone(), to: to.clone(), data, is_taken };
                    self.lock().mails.push(mail);
                    self.kept.1.notify_all();
                    match mood {
                        Mood::DieAfterData => {
                            return stream.shutdown(std::net::Shutdown::Both).ok();
                        }
                        Mood::HangAfterData => return wait_for_end(&mut hears),
                        Mood::Letter(line) => say(line)?,
                        _ => say("250 taken")?,
                    }
                }
                "QUIT" => return say("221 bye"),
                _ => say("250 well")?,
            }
        }
    }
}

fn line(hears: &mut impl BufRead) -> Option<String> {
    let mut line = String::new();
    match hears.read_line(&mut line) {
        Ok(n) if n > 0 => Some(line.trim_end().to_owned()),
        _ => None,
    }
}

/// The letter up to the lonely dot; doubled dots are undone.
fn data(hears: &mut impl BufRead) -> Option<String> {
    let mut data = String::new();
    loop {
        let line = line(hears)?;
        if line == "." {
            return Some(data);
        }
        data.push_str(line.strip_prefix('.').unwrap_or(&line));
        data.push_str("\r\n");
    }
}

fn address(line: &str) -> String {
    let inner = line.split_once('<').map_or("", |(_, rest)| rest);
    inner.split_once('>').map_or("", |(address, _)| address).to_owned()
}

fn wait_for_end(hears: &mut impl BufRead) -> Option<()> {
    while line(hears).is_some() {}
    None
}
