//! A byte stream that knows its line and column and can take back a few bytes.
use std::io::{self, BufRead, ErrorKind};

/// The largest piece handed on at once.
const CHUNK_BYTES_MAX: usize = 64 << 10;

/// A place in the source, both counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub line: u64,
    pub column: u64,
}

impl Place {
    /// Moves past one byte; continuation bytes of UTF-8 do not count as columns.
    pub fn pass(&mut self, byte: u8) {
        if byte == b'\n' {
            self.line += 1;
            self.column = 1;
        } else if byte & 0xC0 != 0x80 {
            self.column += 1;
        }
    }
}

fn count(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).expect("lengths fit 64 bits")
}

pub(crate) struct Bytes<R> {
    inner: R,
    /// Bytes taken back, the next one last.
    pending: Vec<u8>,
    place: Place,
    n_taken: u64,
}

impl<R: BufRead> Bytes<R> {
    pub fn new(inner: R) -> Self {
        Self { inner, pending: Vec::new(), place: Place { line: 1, column: 1 }, n_taken: 0 }
    }

    pub fn place(&self) -> Place {
        self.place
    }

    /// How many bytes were taken in all.
    pub fn n_taken(&self) -> u64 {
        self.n_taken
    }

    fn buffer(&mut self) -> io::Result<&[u8]> {
        loop {
            match self.inner.fill_buf() {
                Ok(_) => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.inner.fill_buf()
    }

    pub fn peek(&mut self) -> io::Result<Option<u8>> {
        match self.pending.last() {
            Some(byte) => Ok(Some(*byte)),
            None => Ok(self.buffer()?.first().copied()),
        }
    }

    pub fn take(&mut self) -> io::Result<Option<u8>> {
        let Some(byte) = self.peek()? else { return Ok(None) };
        if self.pending.pop().is_none() {
            self.inner.consume(1);
        }
        self.n_taken += 1;
        self.place.pass(byte);
        Ok(Some(byte))
    }

    /// Takes back `bytes`, which were taken since `place`.
    pub fn put_back(&mut self, bytes: &[u8], place: Place) {
        self.pending.extend(bytes.iter().rev());
        self.n_taken = self.n_taken.saturating_sub(count(bytes));
        self.place = place;
    }

    /// Whether `expected` comes next; nothing is taken.
    pub fn comes(&mut self, expected: &[u8]) -> io::Result<bool> {
        if self.peek()? != expected.first().copied() {
            return Ok(false);
        }
        let place = self.place;
        let mut taken = Vec::with_capacity(expected.len());
        for wanted in expected {
            if self.peek()? != Some(*wanted) {
                break;
            }
            taken.extend(self.take()?);
        }
        self.put_back(&taken, place);
        Ok(taken.len() == expected.len())
    }

    /// Takes `expected` if it comes next.
    pub fn take_if(&mut self, expected: &[u8]) -> io::Result<bool> {
        let comes = self.comes(expected)?;
        if comes {
            for _ in expected {
                self.take()?;
            }
        }
        Ok(comes)
    }

    /// Puts the next piece free of bytes that `is_stop` names into `into`, replacing it.
    ///
    /// Leaves `into` empty at a stop byte and at the end.
    pub fn take_run(&mut self, is_stop: fn(u8) -> bool, into: &mut Vec<u8>) -> io::Result<()> {
        into.clear();
        while let Some(byte) = self.pending.last().copied() {
            if is_stop(byte) {
                return Ok(());
            }
            into.extend(self.take()?);
        }
        if into.is_empty() {
            let buffer = self.buffer()?;
            let piece = buffer.get(..CHUNK_BYTES_MAX).unwrap_or(buffer);
            let length = piece.iter().position(|byte| is_stop(*byte)).unwrap_or(piece.len());
            into.extend(piece.iter().take(length));
            self.inner.consume(length);
            for byte in into.iter() {
                self.place.pass(*byte);
            }
            self.n_taken += count(into);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_survive_taking_back() {
        let mut bytes = Bytes::new("ä\n<?xml x".as_bytes());
        let mut run = Vec::new();
        bytes.take_run(|byte| byte == b'<', &mut run).unwrap();
        assert_eq!(run, "ä\n".as_bytes());
        assert_eq!(bytes.place(), Place { line: 2, column: 1 });
        assert!(bytes.comes(b"<?xml ").unwrap());
        assert!(!bytes.comes(b"<?xmlx").unwrap());
        assert_eq!(bytes.place(), Place { line: 2, column: 1 });
        assert!(bytes.take_if(b"<?xml ").unwrap());
        assert_eq!(bytes.place(), Place { line: 2, column: 7 });
        assert_eq!(bytes.take().unwrap(), Some(b'x'));
        assert_eq!(bytes.take().unwrap(), None);
    }
}
