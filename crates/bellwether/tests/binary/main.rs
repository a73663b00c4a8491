//! The built binary, as people start it: a demonstration, commands beside it, a sudden end.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::{Duration, Instant};

mod commands;
mod demo;
mod files;
mod mail;
mod operations;

/// The binary with a clean environment.
fn bellwether() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bellwether"));
    command.env_remove("LANG").env_remove("LC_ALL").env_remove("BELLWETHER_STORE");
    command
}

/// Runs a command to its end.
fn run(folder: &Path, words: &[&str]) -> Output {
    bellwether().args(words).current_dir(folder).output().expect("the binary starts")
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn json(output: &Output) -> serde_json::Value {
    serde_json::from_str(&out(output)).unwrap_or_else(|error| {
        panic!("not one document: {error}: {} {}", out(output), err(output))
    })
}

/// A server of ours, ended whatever happens to the test.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    /// Starts the demonstration and waits until it says where it is.
    fn demo(folder: &Path, words: &[&str]) -> (Self, Duration) {
        let started = now();
        let log = std::fs::File::create(folder.join("demo.log")).expect("made");
        let mut child = bellwether()
            .args(["demo", "--port", "0", "--json"])
            .args(words)
            .current_dir(folder)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the binary starts");
        let mut line = String::new();
        let mut said: BufReader<ChildStdout> = BufReader::new(child.stdout.take().expect("a pipe"));
        said.read_line(&mut line).expect("readable");
        let ready: serde_json::Value = serde_json::from_str(&line).unwrap_or_else(|_| {
            panic!("not ready: {:?}", std::fs::read_to_string(folder.join("demo.log")))
        });
        let url = ready["address"].as_str().expect("an address");
        let address = url.trim_start_matches("http://").to_owned();
        assert!(ready["accounts"].as_array().is_some_and(|accounts| accounts.len() > 10));
        (Self { child, address }, started.elapsed())
    }

    /// Serves the city of a folder and waits until it says where it is.
    fn serve(folder: &Path) -> Self {
        let child = bellwether()
            .args(["serve", "--lang", "en"])
            .current_dir(folder)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let mut server = Self { child, address: String::new() };
        let mut said = BufReader::new(server.child.stderr.take().expect("a pipe"));
        let mut all = String::new();
        while server.address.is_empty() {
            let mut line = String::new();
            assert!(said.read_line(&mut line).expect("readable") > 0, "it ended: {all}");
            if let Some((_, rest)) = line.split_once("http://127.0.0.1:") {
                let port: String = rest.chars().take_while(char::is_ascii_digit).collect();
                server.address = format!("127.0.0.1:{port}");
            }
            all.push_str(&line);
        }
        // Its log goes on: nobody reads it, and a full pipe would stop it.
        std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        server
    }

    /// Status and body of a page.
    fn get(&self, path: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(30))).expect("set");
        let host = &self.address;
        write!(stream, "GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n")
            .expect("sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("answered");
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let status = answer.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
        let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body).to_owned();
        (status, body)
    }

    /// Memory that is in use now, where the system tells.
    fn resident_megabytes(&self) -> Option<u64> {
        let path = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(path).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
        let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
        Some(kilobytes / 1_024)
    }

    /// Ends it as a power switch would.
    fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("ended");
    }

    /// Asks it to end, and gives its exit code.
    fn end(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &id]).status().expect("asked");
        self.child.wait().expect("ended").code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[expect(clippy::disallowed_methods, reason = "a start is measured from outside the program")]
fn now() -> Instant {
    Instant::now()
}
