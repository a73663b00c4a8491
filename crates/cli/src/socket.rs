//! How a command reaches the server that holds the data folder: an owner-only Unix socket.
//!
//! A frame is a length (four bytes, big end first), a tag, and that many bytes. The caller sends
//! the words typed and what surrounds it, then answers questions; the server sends what belongs on
//! the two outputs and at last the exit code.

use crate::exit::{Exit, Failure};
use crate::io::{CommandIo, Surroundings};
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Duration;

/// Bytes of one frame at most.
const FRAME_BYTES_MAX: usize = 1024 * 1024;
/// Bytes that the system allows in the path of a socket, with room for its end.
const PATH_BYTES_MAX: usize = 100;
/// How long the caller may take to send its first frame.
const REQUEST_WAIT: Duration = Duration::from_secs(10);
/// How often the caller looks whether somebody pressed ctrl-C.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// What a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tag {
    Request,
    Answer,
    Interrupt,
    Out,
    Err,
    Ask,
    Exit,
}

impl Tag {
    /// In the order of their bytes, which start at 1.
    const ALL: [Self; 7] =
        [Self::Request, Self::Answer, Self::Interrupt, Self::Out, Self::Err, Self::Ask, Self::Exit];

    fn byte(self) -> u8 {
        let place = Self::ALL.iter().position(|tag| *tag == self);
        place.and_then(|at| u8::try_from(at + 1).ok()).unwrap_or(0)
    }

    fn of(byte: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|tag| tag.byte() == byte)
    }
}

fn send(to: &mut impl Write, tag: Tag, bytes: &[u8]) -> std::io::Result<()> {
    let chunks: Vec<&[u8]> =
        if bytes.is_empty() { vec![bytes] } else { bytes.chunks(FRAME_BYTES_MAX).collect() };
    for chunk in chunks {
        let length = u32::try_from(chunk.len()).unwrap_or(u32::MAX);
        let mut frame = Vec::with_capacity(chunk.len() + 5);
        frame.extend_from_slice(&length.to_be_bytes());
        frame.push(tag.byte());
        frame.extend_from_slice(chunk);
        to.write_all(&frame)?;
    }
    to.flush()
}

fn receive(from: &mut impl Read) -> std::io::Result<(Tag, Vec<u8>)> {
    let odd = |what: &str| std::io::Error::new(std::io::ErrorKind::InvalidData, what);
    let mut head = [0; 5];
    from.read_exact(&mut head)?;
    let [a, b, c, d, tag] = head;
    let length = usize::try_from(u32::from_be_bytes([a, b, c, d])).unwrap_or(usize::MAX);
    if length > FRAME_BYTES_MAX {
        return Err(odd("a frame is too long"));
    }
    let tag = Tag::of(tag).ok_or_else(|| odd("a frame of an unknown kind"))?;
    let mut bytes = vec![0; length];
    from.read_exact(&mut bytes)?;
    Ok((tag, bytes))
}

/// A command as it travels.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Request {
    /// The words typed, the program's name first.
    pub words: Vec<String>,
    pub surroundings: Surroundings,
}

/// A path short enough for the system: through the folder's own handle where it is too long.
struct Reached {
    path: PathBuf,
    /// Keeps the handle that the path goes through.
    _folder: Option<std::fs::File>,
}

fn reach(path: &Path) -> std::io::Result<Reached> {
    use std::os::fd::AsRawFd;
    if path.as_os_str().len() <= PATH_BYTES_MAX {
        return Ok(Reached { path: path.to_owned(), _folder: None });
    }
    let folder = std::fs::File::open(path.parent().unwrap_or(Path::new("/")))?;
    let name = path.file_name().unwrap_or_default();
    let short = Path::new("/proc/self/fd").join(folder.as_raw_fd().to_string()).join(name);
    Ok(Reached { path: short, _folder: Some(folder) })
}

/// Opens the socket of a folder that this process holds; what a dead process left is removed.
pub fn listen(path: &Path) -> Result<UnixListener, Failure> {
    let fail = |error: std::io::Error| Failure::file(path, &error);
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(fail(error)),
        _ => {}
    }
    let reached = reach(path).map_err(fail)?;
    let listener = UnixListener::bind(&reached.path).map_err(fail)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).map_err(fail)?;
    Ok(listener)
}

/// Runs one command for a caller: `run` gets the words and somebody to talk to.
pub fn answer(
    mut stream: UnixStream,
    run: impl FnOnce(&Request, &mut dyn CommandIo) -> Exit,
) -> std::io::Result<()> {
    stream.set_read_timeout(Some(REQUEST_WAIT))?;
    let (tag, bytes) = receive(&mut stream)?;
    let odd = |what: &str| std::io::Error::new(std::io::ErrorKind::InvalidData, what);
    if tag != Tag::Request {
        return Err(odd("a request comes first"));
    }
    let request: Request =
        serde_json::from_slice(&bytes).map_err(|_| odd("an unreadable request"))?;
    stream.set_read_timeout(None)?;
    let interrupted = Arc::new(AtomicBool::new(false));
    let (answers, answered) = mpsc::channel();
    let (mut from, flag) = (stream.try_clone()?, Arc::clone(&interrupted));
    std::thread::spawn(move || {
        loop {
            match receive(&mut from) {
                Ok((Tag::Answer, bytes)) => {
                    let _ = answers.send(String::from_utf8(bytes).ok());
                }
                // Somebody who has gone away has interrupted too.
                _ => break flag.store(true, Ordering::Relaxed),
            }
        }
    });
    let surroundings = request.surroundings.clone();
    let mut io = Distant { stream, surroundings, answered, interrupted };
    let exit = run(&request, &mut io);
    send(&mut io.stream, Tag::Exit, &[exit.code()])?;
    io.stream.shutdown(std::net::Shutdown::Both)
}

/// The caller at the far end.
struct Distant {
    stream: UnixStream,
    surroundings: Surroundings,
    answered: mpsc::Receiver<Option<String>>,
    interrupted: Arc<AtomicBool>,
}

impl CommandIo for Distant {
    fn surroundings(&self) -> &Surroundings {
        &self.surroundings
    }

    fn out(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        send(&mut self.stream, Tag::Out, bytes)
    }

    fn err(&mut self, text: &str) {
        if send(&mut self.stream, Tag::Err, text.as_bytes()).is_err() {
            self.interrupted.store(true, Ordering::Relaxed);
        }
    }

    fn ask(&mut self, question: &str) -> Option<String> {
        send(&mut self.stream, Tag::Ask, question.as_bytes()).ok()?;
        self.answered.recv().ok().flatten()
    }

    fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }
}

/// Hands a command to the server behind a socket, and gives back the exit code it ended with.
pub fn forward(path: &Path, words: &[String], io: &mut dyn CommandIo) -> std::io::Result<u8> {
    let mut stream = UnixStream::connect(&reach(path)?.path)?;
    let request = Request { words: words.to_vec(), surroundings: io.surroundings().clone() };
    let text = serde_json::to_vec(&request).map_err(std::io::Error::other)?;
    send(&mut stream, Tag::Request, &text)?;
    let (frames, arriving) = mpsc::channel();
    let mut from = stream.try_clone()?;
    std::thread::spawn(move || {
        loop {
            let frame = receive(&mut from);
            let is_last = !matches!(&frame, Ok((tag, _)) if *tag != Tag::Exit);
            if frames.send(frame).is_err() || is_last {
                break;
            }
        }
    });
    let mut told = false;
    loop {
        let frame = match arriving.recv_timeout(LOOK_EVERY) {
            Ok(frame) => frame?,
            Err(mpsc::RecvTimeoutError::Timeout) => {
                if io.is_interrupted() && !told {
                    told = true;
                    send(&mut stream, Tag::Interrupt, &[])?;
                }
                continue;
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
        };
        match frame {
            // Whoever read our output has gone, as with any command in a pipe.
            (Tag::Out, bytes) if io.out(&bytes).is_err() => return Ok(Exit::Failed.code()),
            (Tag::Out, _) => {}
            (Tag::Err, bytes) => io.err(&String::from_utf8_lossy(&bytes)),
            (Tag::Ask, bytes) => {
                let answer = io.ask(&String::from_utf8_lossy(&bytes)).unwrap_or_default();
                send(&mut stream, Tag::Answer, answer.as_bytes())?;
            }
            (Tag::Exit, bytes) => return Ok(bytes.first().copied().unwrap_or(1)),
            _ => return Err(std::io::ErrorKind::InvalidData.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::Kept;

    fn through(
        folder: &Path,
        io: &mut Kept,
        run: impl FnOnce(&Request, &mut dyn CommandIo) -> Exit + Send,
    ) -> u8 {
        let path = folder.join("socket");
        let listener = listen(&path).expect("bound");
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let (stream, _) = listener.accept().expect("a caller");
                answer(stream, run).expect("answered");
            });
            let words = ["bellwether".to_owned(), "verify".to_owned()];
            forward(&path, &words, io).expect("forwarded")
        })
    }

    #[test]
    fn a_command_travels_and_its_outputs_come_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut io = Kept::new(Path::new("/somewhere"));
        io.answers.push("yes".to_owned());
        let large = vec![7_u8; FRAME_BYTES_MAX * 2 + 5];
        let code = through(folder.path(), &mut io, |request, io| {
            assert_eq!(request.words, ["bellwether", "verify"]);
            assert_eq!(io.surroundings().path(Path::new("x")), Path::new("/somewhere/x"));
            io.err("working\n");
            assert_eq!(io.ask("sure? ").as_deref(), Some("yes"));
            io.out(&large).expect("sent");
            Exit::Damage
        });
        assert_eq!((code, io.out.len()), (8, large.len()));
        assert_eq!(io.err, "working\nsure? ");
    }

    #[test]
    fn a_long_path_is_reached_and_is_the_owners_alone() {
        let parent = tempfile::tempdir().expect("a folder");
        let folder = parent.path().join("x".repeat(120));
        std::fs::create_dir(&folder).expect("made");
        let mut io = Kept::new(Path::new("/"));
        assert_eq!(through(&folder, &mut io, |_, _| Exit::Done), 0);
        let mode = std::fs::metadata(folder.join("socket")).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn junk_is_refused() {
        for junk in [&[0xff, 0xff, 0xff, 0xff, 1][..], &[0, 0, 0, 1, 99, 0], &[0, 0, 0, 1, 4, 0]] {
            let (mut caller, server) = UnixStream::pair().expect("a pair");
            caller.write_all(junk).expect("written");
            let ran = answer(server, |_, _| unreachable!("not a request"));
            assert!(ran.is_err(), "{junk:?}");
        }
    }
}
