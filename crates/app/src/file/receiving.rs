//! A file on its way in: its bytes go to the file store as they come; its name, kind and words are
//! judged before it is complete there.

use crate::act::No;
use crate::asker::Asker;
use crate::city::City;
use crate::file::{KeepFile, Kept};
use base::{Class, Refusal};
use bytes::Bytes;
use files::{FilesError, Incoming};

/// Bytes of plain text that are looked through at once.
const WORDS_BYTES: usize = 64 << 10;
/// Bytes that two such stretches have in common, so that no marking falls between them.
const OVERLAP_BYTES: usize = 512;

/// A file that lies in the file store, durable, and that an act may name.
#[derive(Clone, Debug)]
pub struct Received {
    pub name: String,
    pub kind: String,
    pub hash: String,
    pub bytes: u64,
    seen: u64,
}

/// A file that is coming in. What is wrong with it is said at its end, so that the rest of a form
/// behind it can be read.
pub struct Receiving {
    city: City,
    name: String,
    incoming: Option<Incoming>,
    words: Option<Words>,
    refused: Option<Refusal>,
    seen: u64,
}

impl City {
    /// Begins to take in a file of this name. Blocks for a moment: the rows are asked.
    pub fn receive(&self, typed_name: &str) -> Result<Receiving, No> {
        let seen = self.store().read(store::file::last_sweep)?;
        let shelf = self.shelf();
        let name = files::clean_name(typed_name);
        let own = self.with_chance(|chance| store::log::hex(&chance.bytes32()[..16]));
        Ok(Receiving {
            incoming: Some(shelf.files.incoming(&own, shelf.file_bytes_max)),
            words: files::is_text(&name).then(Words::default),
            refused: trading::marking::find(&name).map(|pattern| marked(&name, pattern)),
            city: self.clone(),
            name,
            seen,
        })
    }

    /// Takes in a whole file. Not for asynchronous threads.
    pub fn receive_all(&self, name: &str, from: &mut dyn std::io::Read) -> Result<Received, No> {
        let mut receiving = self.receive(name)?;
        let mut buffer = vec![0; WORDS_BYTES];
        let files = self.shelf().files.clone();
        loop {
            let n = from.read(&mut buffer).map_err(|error| {
                let no = Refusal::new(Class::Unknown, "file-unreadable").text("name", name);
                No::from(no.text("found", error.to_string()))
            })?;
            if n == 0 {
                return Ok(files.wait(receiving.finish())?);
            }
            files.wait(receiving.write(Bytes::copy_from_slice(&buffer[..n])));
        }
    }

    /// Keeps a received file until an act of the same person names it.
    pub fn keep_received(&self, asker: &Asker, received: &Received) -> Result<Kept, No> {
        let act = KeepFile {
            name: received.name.clone(),
            kind: received.kind.clone(),
            hash: received.hash.clone(),
            bytes: received.bytes,
            seen: received.seen,
        };
        self.perform(asker, act)
    }
}

impl Receiving {
    /// Takes more of it; of a file that is refused already the rest is passed over.
    pub async fn write(&mut self, chunk: Bytes) {
        if self.refused.is_some() {
            return self.give_up().await;
        }
        if self.city.store().committed().is_read_only() {
            self.refused = Some(Refusal::new(Class::ReadOnly, "read-only"));
            return self.give_up().await;
        }
        if let Some(pattern) = self.words.as_mut().and_then(|words| words.look(&chunk)) {
            self.refused = Some(marked(&self.name, pattern));
            return self.give_up().await;
        }
        let Some(incoming) = &mut self.incoming else { return };
        if let Err(error) = incoming.write(chunk).await {
            self.refused = Some(self.refusal(&error));
            self.give_up().await;
        }
    }

    async fn give_up(&mut self) {
        if let Some(incoming) = self.incoming.take() {
            incoming.abandon().await;
        }
    }

    /// Makes it durable, or says why it is not taken; then nothing of it is left.
    pub async fn finish(mut self) -> Result<Received, Refusal> {
        if self.refused.is_none()
            && let Some(pattern) = self.words.as_mut().and_then(Words::rest)
        {
            self.refused = Some(marked(&self.name, pattern));
        }
        if let Some(refused) = self.refused.take() {
            self.give_up().await;
            return Err(refused.on("documents"));
        }
        let away = || Refusal::new(Class::Unknown, "own-fault");
        let Some(incoming) = self.incoming.take() else { return Err(away()) };
        let (head, tail) = incoming.ends();
        let kind = match files::check_kind(&self.name, head, tail) {
            Ok(kind) => kind.word().to_owned(),
            Err(refused) => {
                incoming.abandon().await;
                return Err(refused.on("documents"));
            }
        };
        match incoming.finish().await {
            Ok(stored) => Ok(Received {
                name: self.name,
                kind,
                hash: stored.hash.to_string(),
                bytes: stored.bytes,
                seen: self.seen,
            }),
            Err(error) => Err(self.refusal(&error)),
        }
    }

    fn refusal(&self, error: &FilesError) -> Refusal {
        if let FilesError::TooLarge { most } = error {
            let no = Refusal::new(Class::TooLarge, "file-too-large").on("documents");
            return no.text("name", &self.name).number("most", *most);
        }
        tracing::error!(%error, "a file was not kept");
        Refusal::new(Class::Busy, "file-store-away").on("documents")
    }
}

fn marked(name: &str, pattern: trading::marking::Pattern) -> Refusal {
    Refusal::invalid("file-marked")
        .text("name", name)
        .term("pattern", format!("technology-marking-{}", pattern.word()))
}

/// The words of a plain text as they come in, looked through for markings.
#[derive(Default)]
struct Words {
    waiting: Vec<u8>,
}

impl Words {
    fn look(&mut self, chunk: &[u8]) -> Option<trading::marking::Pattern> {
        self.waiting.extend_from_slice(chunk);
        if self.waiting.len() < WORDS_BYTES {
            return None;
        }
        let found = find(&self.waiting);
        self.waiting.drain(..self.waiting.len() - OVERLAP_BYTES);
        found
    }

    fn rest(&mut self) -> Option<trading::marking::Pattern> {
        find(&self.waiting)
    }
}

/// Looks in both encodings that such files have.
fn find(bytes: &[u8]) -> Option<trading::marking::Pattern> {
    let utf8 = trading::marking::find(&String::from_utf8_lossy(bytes));
    utf8.or_else(|| trading::marking::find(&encoding_rs::GB18030.decode(bytes).0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(chunks: &[&[u8]], want: bool) {
        let mut words = Words::default();
        let mut found = false;
        for chunk in chunks {
            found |= words.look(chunk).is_some();
        }
        assert_eq!(found || words.rest().is_some(), want);
    }

    #[test]
    fn markings_are_found_across_chunks_and_encodings() {
        let filler = "专利技术说明。".repeat(20_000);
        let (gbk, ..) = encoding_rs::GB18030.encode("报告 机密★10年 请勿外传");
        let late = format!("{filler}机密★10年{filler}");
        let cut = late.len() / 2 + 3;
        check(&[filler.as_bytes()], false);
        check(&[late.as_bytes()], true);
        check(&[&late.as_bytes()[..cut], &late.as_bytes()[cut..]], true);
        check(&[&gbk], true);
        check(&["商业秘密 保守秘密".as_bytes()], false);
        for at in 0..gbk.len() {
            check(&[&gbk[..at], &gbk[at..]], true);
        }
    }
}
