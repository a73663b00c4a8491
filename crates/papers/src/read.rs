//! Reading a file as a stream of records and refusals.

use crate::hidden::HiddenRows;
use crate::kind::{HEAD_BYTES, Kind, detect};
use crate::source::{ReadSeek, Source};
use crate::text::{self, Encoding};
use crate::{archive, csv_in, finish, nasa, own, software, workbook};
use base::limits::{FILE_BYTES_MAX, PROBLEMS_MAX};
use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{BufReader, Cursor, Read};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex};
use trading::FieldTree;
use trading::intake::{Entry, Place, Problem, Record, patent, standing};

/// Records that wait between the reader and its caller.
const WAITING_MAX: usize = 64;
/// Titles remembered to propose duplicates.
const TITLES_MAX: usize = 500_000;

/// What a reader should know.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The public source that the importing officer names.
    pub public_source: Option<String>,
    /// Heads of columns chosen by hand: head → key of our column, or empty to leave it out.
    pub mapping: BTreeMap<String, String>,
    /// The city's field tree, so that names of fields are read as keys.
    pub fields: FieldTree,
    /// A confidentiality officer released the wrong hits in this file.
    pub marking_released: bool,
}

impl Options {
    /// As what a record enters: public or as a stub.
    pub fn standing(&self, record: &Record) -> Entry {
        standing(record, self.public_source.as_deref())
    }
}

/// What became of a part of the input that is no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Something in it has to be mended.
    Rejected,
    /// A file, or a member of an archive, of a kind that is not read.
    Unsupported,
    /// It stands in the same file already, word for word.
    Repeated,
    /// No record by intention: an example row, a total.
    Skipped,
}

/// A part of the input that did not become a record, with every reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    pub at: Place,
    pub outcome: Outcome,
    pub problems: Vec<Problem>,
}

/// One part of the input. Parts that became records and parts that did not add up to the input.
pub type Item = Result<Record, Refused>;

/// The parts of a file in their order, read ahead by a few on another thread.
pub struct Reading {
    items: Receiver<Item>,
    remarks: Arc<Mutex<Vec<Problem>>>,
}

impl Reading {
    /// What has to be said of the file as a whole; complete when the reading has ended.
    pub fn remarks(&self) -> Vec<Problem> {
        self.remarks.lock().map(|remarks| remarks.clone()).unwrap_or_default()
    }
}

impl Iterator for Reading {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        self.items.recv().ok()
    }
}

/// Reads a file or bytes; `name` is what reports call it.
pub fn read(source: impl Into<Source>, name: &str, options: &Options) -> Reading {
    let (sender, items) = sync_channel(WAITING_MAX);
    let remarks = Arc::new(Mutex::new(Vec::new()));
    let (source, name, options) = (source.into(), name.to_owned(), options.clone());
    let told = Arc::clone(&remarks);
    // A reader that fails leaves a named problem behind instead of taking its caller along.
    std::thread::spawn(move || {
        let last = sender.clone();
        let run = std::panic::AssertUnwindSafe(|| {
            let found = read_each(&source, &name, &options, &mut |item| sender.send(item).is_ok());
            if let Ok(mut remarks) = told.lock() {
                *remarks = found;
            }
        });
        if std::panic::catch_unwind(run).is_err() {
            let at = Place { file: name.clone(), line: 0 };
            let _gone = last.send(Err(refused(Outcome::Rejected, "reader-failed", &at)));
        }
    });
    Reading { items, remarks }
}

/// Reads a file on this thread and hands each part over; `false` ends the reading. Returns what
/// has to be said of the file as a whole.
pub fn read_each(
    source: &Source,
    name: &str,
    options: &Options,
    each: &mut dyn FnMut(Item) -> bool,
) -> Vec<Problem> {
    let mut out = Out::new(options, each);
    let at = Place { file: name.to_owned(), line: 0 };
    match source.length() {
        Ok(length) if length > FILE_BYTES_MAX => {
            let problem = Problem::new("file-too-large", &at).with("most", FILE_BYTES_MAX);
            out.refuse(Refused { at, outcome: Outcome::Unsupported, problems: vec![problem] });
        }
        Ok(_) => match source.open() {
            Ok(reader) => read_file(reader, name, &mut out),
            Err(error) => out.unreadable(&at, &error),
        },
        Err(error) => out.unreadable(&at, &error),
    }
    out.remarks
}

/// A refusal with one bare reason.
pub(crate) fn refused(outcome: Outcome, code: &'static str, at: &Place) -> Refused {
    Refused { at: at.clone(), outcome, problems: vec![Problem::new(code, at)] }
}

fn read_file(mut reader: Box<dyn ReadSeek>, name: &str, out: &mut Out<'_>) {
    let at = Place { file: name.to_owned(), line: 0 };
    let mut head = Vec::new();
    let most = u64::try_from(HEAD_BYTES).unwrap_or(u64::MAX);
    if let Err(error) = reader.by_ref().take(most).read_to_end(&mut head) {
        return out.unreadable(&at, &error);
    }
    let kind = detect(&head, name);
    match kind {
        Kind::Archive | Kind::Workbook => {
            if let Err(error) = reader.rewind() {
                return out.unreadable(&at, &error);
            }
            archive::read(reader, name, out);
        }
        _ => read_stream(kind, head, reader, name, out),
    }
}

/// Reads a file that needs no jumping about: a plain one, or a member of an archive.
pub(crate) fn read_stream(
    kind: Kind,
    head: Vec<u8>,
    rest: impl Read,
    name: &str,
    out: &mut Out<'_>,
) {
    out.begin();
    let encoding = text::encoding(&head);
    let whole = Cursor::new(head).chain(rest);
    let at = Place { file: name.to_owned(), line: 0 };
    match kind {
        Kind::Patent(_) => documents(BufReader::new(whole), name, out),
        Kind::Unsupported(code) => {
            out.refuse(refused(Outcome::Unsupported, code, &at));
        }
        Kind::Archive | Kind::Workbook => {
            out.refuse(refused(Outcome::Unsupported, "archive-nested", &at));
        }
        Kind::NasaPatents | Kind::Table => {
            if encoding != Encoding::Utf8 {
                let shown = format!("{encoding:?}");
                out.remark(Problem::warn("encoding-recognised", &at).with("encoding", shown));
            }
            csv_in::read(encoding.decoding(whole), name, out);
        }
        Kind::NasaCatalogue => nasa::catalogue(encoding.decoding(whole), name, out),
        Kind::Software => software::read(encoding.decoding(whole), name, out),
        Kind::Lines => own::lines(encoding.decoding(whole), name, out),
    }
}

/// A workbook whose archive was measured already.
pub(crate) fn read_workbook(
    reader: impl ReadSeek,
    name: &str,
    hidden: &HiddenRows,
    out: &mut Out<'_>,
) {
    out.begin();
    workbook::read(reader, name, hidden, out);
}

fn documents(reader: impl std::io::BufRead, name: &str, out: &mut Out<'_>) {
    let limits = patents::Limits::default();
    for document in patents::read(reader, name, &limits) {
        let go_on = match document {
            Ok(document) => out.record(patent::record(&document, name)),
            Err(problem) => {
                let at = Place { file: name.to_owned(), line: problem.line };
                let problems = vec![patent::from_problem(&problem, false)];
                out.refuse(Refused { at, outcome: Outcome::Rejected, problems })
            }
        };
        if !go_on {
            return;
        }
    }
}

/// Where readers put what they find.
pub(crate) struct Out<'a> {
    pub(crate) options: &'a Options,
    each: &'a mut dyn FnMut(Item) -> bool,
    remarks: Vec<Problem>,
    going: bool,
    /// Key → hash of the record, in the file being read.
    hash_by_key: HashMap<String, (String, u64)>,
    /// Hash of a folded title → where it stood first, over all files.
    place_by_title: HashMap<u64, Place>,
}

impl<'a> Out<'a> {
    fn new(options: &'a Options, each: &'a mut dyn FnMut(Item) -> bool) -> Self {
        Self {
            options,
            each,
            remarks: Vec::new(),
            going: true,
            hash_by_key: HashMap::new(),
            place_by_title: HashMap::new(),
        }
    }

    fn begin(&mut self) {
        self.hash_by_key.clear();
    }

    /// Whether somebody still listens.
    pub(crate) fn is_going(&self) -> bool {
        self.going
    }

    /// Says something of the file as a whole, once.
    pub(crate) fn remark(&mut self, problem: Problem) {
        if self.remarks.len() < PROBLEMS_MAX && !self.remarks.contains(&problem) {
            self.remarks.push(problem);
        }
    }

    /// Hands a part over that is no record.
    pub(crate) fn refuse(&mut self, refused: Refused) -> bool {
        self.going = self.going && (self.each)(Err(refused));
        self.going
    }

    /// Hands a record over, tidied; a repeated key is no second record.
    pub(crate) fn record(&mut self, record: Record) -> bool {
        let at = record.at.clone();
        let mut record = match finish::finish(record, self.options) {
            Ok(record) => record,
            Err(problems) => {
                return self.refuse(Refused { at, outcome: Outcome::Rejected, problems });
            }
        };
        if let Some(refused) = self.repeated(&record) {
            return self.refuse(refused);
        }
        self.look_for_twin(&mut record);
        self.going = self.going && (self.each)(Ok(record));
        self.going
    }

    fn repeated(&mut self, record: &Record) -> Option<Refused> {
        if record.key.is_empty() {
            return None;
        }
        let (hash, at) = (record.hash(), record.at.clone());
        let Some((first, line)) = self.hash_by_key.get(&record.key) else {
            self.hash_by_key.insert(record.key.clone(), (hash, at.line));
            return None;
        };
        let (outcome, mut problem) = if *first == hash {
            (Outcome::Repeated, Problem::warn("record-repeated", &at))
        } else {
            (Outcome::Rejected, Problem::new("key-repeated", &at))
        };
        problem = problem.on("key").with("key", &record.key).with("line", line);
        Some(Refused { at, outcome, problems: vec![problem] })
    }

    /// Equal titles are proposed as duplicates and never merged.
    fn look_for_twin(&mut self, record: &mut Record) {
        let title = &record.content.title;
        let folded: String = format!("{}{}", title.en, title.zh).to_lowercase();
        if folded.is_empty() || self.place_by_title.len() >= TITLES_MAX {
            return;
        }
        let mut hasher = DefaultHasher::new();
        folded.hash(&mut hasher);
        match self.place_by_title.get(&hasher.finish()) {
            None => {
                self.place_by_title.insert(hasher.finish(), record.at.clone());
            }
            Some(first) => {
                let problem = Problem::warn("title-repeated", &record.at).on("title");
                let problem = problem.with("line", first.line).with("other", &first.file);
                record.warnings.push(problem);
            }
        }
    }

    /// The source itself cannot be read.
    pub(crate) fn unreadable(&mut self, at: &Place, error: &std::io::Error) {
        let problem = Problem::new("file-unreadable", at).with("why", error);
        let problems = vec![problem];
        self.refuse(Refused { at: at.clone(), outcome: Outcome::Unsupported, problems });
    }
}
