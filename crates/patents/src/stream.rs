//! Walks through a source of one or many XML documents and hands out one record at a time.
//!
//! A document that is malformed costs itself only: reading goes on at the next XML declaration,
//! DOCTYPE or root element of a known format.
use std::io::BufRead;

use crate::convert::convert;
use crate::format::Format;
use crate::limits::Limits;
use crate::node::{Builder, Node, tidy};
use crate::problem::{Code, Problem, excerpt};
use crate::record::PatentRecord;
use crate::scan::{Fault, Scanner, Sink, Tag, Token, is_name};

/// How deep inside an unknown root a known document is still looked for.
const WRAPPERS_MAX: usize = 4;

enum Mode {
    /// Before a root element.
    Outside,
    /// Inside elements around documents.
    Around,
    /// Inside a document; `depth` counts the elements around it.
    Inside { builder: Builder, format: Option<Format>, depth: usize },
    /// Inside something that is read over; `depth` counts the elements around it.
    Over { depth: usize },
}

pub(crate) struct Documents<R> {
    scanner: Scanner<R>,
    sink: Sink,
    file: String,
    /// The open elements, outermost first.
    path: Vec<String>,
    mode: Mode,
    /// The present document was refused before its root element.
    is_refused: bool,
    has_begun: bool,
    warnings: Vec<Problem>,
    ready: Option<Result<PatentRecord, Problem>>,
    is_done: bool,
}

impl<R: BufRead> Documents<R> {
    pub fn new(source: R, file: String, limits: Limits) -> Self {
        Self {
            scanner: Scanner::new(source, limits),
            sink: Sink::default(),
            file,
            path: Vec::new(),
            mode: Mode::Outside,
            is_refused: false,
            has_begun: false,
            warnings: Vec::new(),
            ready: None,
            is_done: false,
        }
    }

    fn problem(&self, fault: Fault) -> Problem {
        Problem {
            file: self.file.clone(),
            line: fault.place.line,
            column: fault.place.column,
            field: excerpt(&self.path.join("/")),
            code: fault.code,
            values: fault.values,
        }
    }

    fn report(&mut self, fault: Fault) {
        self.ready = Some(Err(self.problem(fault)));
    }

    fn step(&mut self) {
        self.sink.keeps = match &self.mode {
            Mode::Inside { builder, .. } => builder.keeps(),
            Mode::Outside => true,
            _ => false,
        };
        let outcome = self.scanner.next(&mut self.sink).and_then(|token| self.token(token));
        if let Err(fault) = outcome {
            self.fail(fault);
        }
    }

    fn token(&mut self, token: Token) -> Result<(), Fault> {
        for fault in std::mem::take(&mut self.scanner.warnings) {
            if self.warnings.len() < self.scanner.limits.warnings {
                let warning = self.problem(fault);
                self.warnings.push(warning);
            }
        }
        if let Mode::Inside { builder, .. } = &mut self.mode {
            builder.text(&mut self.sink.text);
        }
        let words = std::mem::take(&mut self.sink.words);
        let text = std::mem::take(&mut self.sink.text);
        if let (Mode::Outside, Some(place), false) = (&self.mode, words, self.is_refused) {
            self.has_begun = true;
            self.report(Fault::new(place, Code::TextOutsideRoot, [tidy(&text)]));
        }
        match token {
            Token::Start(tag) => self.start(tag),
            Token::End(name) => self.end(&name),
            Token::Declaration => {
                self.cut();
                Ok(())
            }
            Token::DocType(refused) => {
                self.cut();
                if let Some(fault) = refused {
                    self.has_begun = true;
                    self.is_refused = true;
                    // A document cut short just before is the lesser news.
                    self.report(fault);
                }
                Ok(())
            }
            Token::Eof => {
                self.cut();
                let is_empty = !self.has_begun && self.ready.is_none();
                if is_empty {
                    self.report(self.scanner.fault(Code::NoDocument, []));
                }
                self.is_done = true;
                Ok(())
            }
        }
    }

    /// A new document or the end comes: what is still open was cut off.
    fn cut(&mut self) {
        let is_known = matches!(self.mode, Mode::Over { .. });
        if let Some(open) = self.path.last().filter(|_| !is_known) {
            let fault = self.scanner.fault(Code::NotClosed, [format!("<{open}>")]);
            self.report(fault);
        }
        self.path.clear();
        self.warnings.clear();
        self.mode = Mode::Outside;
        self.is_refused = false;
    }

    fn start(&mut self, tag: Tag) -> Result<(), Fault> {
        let max = self.scanner.limits.depth;
        if self.path.len() >= max {
            return Err(Fault::new(tag.place, Code::TooDeep, [max.to_string()]));
        }
        self.has_begun = true;
        self.enter(&tag);
        let (name, is_empty) = (tag.name.clone(), tag.is_empty);
        if let Mode::Inside { builder, .. } = &mut self.mode {
            builder.start(tag, &self.scanner.limits)?;
        }
        self.path.push(name);
        if is_empty { self.close() } else { Ok(()) }
    }

    /// Decides what an element that begins here means for the mode.
    fn enter(&mut self, tag: &Tag) {
        let depth = self.path.len();
        let known = Format::of_root(&tag.name);
        let inside = |format| Mode::Inside { builder: Builder::default(), format, depth };
        let next = match &self.mode {
            Mode::Over { .. } => None,
            Mode::Outside if self.is_refused => Some(Mode::Over { depth }),
            Mode::Outside | Mode::Around => match known {
                Some(format) if format.is_patent() => Some(inside(Some(format))),
                Some(format) => {
                    let values = [tag.name.clone(), format.words().to_owned()];
                    self.report(Fault::new(tag.place, Code::NotAPatent, values));
                    Some(Mode::Over { depth })
                }
                None if Format::is_container(&tag.name) => Some(Mode::Around),
                None if matches!(self.mode, Mode::Around) => None,
                None => Some(inside(None)),
            },
            Mode::Inside { format: None, .. } if depth <= WRAPPERS_MAX => {
                let is_around = Format::is_container(&tag.name);
                match known.filter(|format| format.is_patent()) {
                    Some(format) => Some(inside(Some(format))),
                    None => is_around.then_some(Mode::Around),
                }
            }
            Mode::Inside { .. } => None,
        };
        if let Some(next) = next {
            self.mode = next;
        }
    }

    fn end(&mut self, name: &str) -> Result<(), Fault> {
        match self.path.last() {
            Some(open) if open == name => self.close(),
            open => {
                let open = open.cloned().unwrap_or_default();
                Err(self.scanner.fault(Code::EndTagMismatch, [name.to_owned(), open]))
            }
        }
    }

    fn close(&mut self) -> Result<(), Fault> {
        self.path.pop();
        let n_open = self.path.len();
        let finished = match &mut self.mode {
            Mode::Inside { builder, format, .. } => builder.end().map(|root| (root, *format)),
            Mode::Over { depth } if n_open <= *depth => {
                self.leave();
                return Ok(());
            }
            _ => None,
        };
        if let Some((root, format)) = finished {
            self.ready = Some(self.record(&root, format));
            self.leave();
        } else if n_open == 0 {
            self.leave();
        }
        Ok(())
    }

    fn leave(&mut self) {
        if self.path.is_empty() {
            self.mode = Mode::Outside;
            self.is_refused = false;
            self.begin_document();
        } else {
            self.mode = Mode::Around;
        }
    }

    fn record(&mut self, root: &Node, format: Option<Format>) -> Result<PatentRecord, Problem> {
        let warnings = std::mem::take(&mut self.warnings);
        let mut record = convert(root, format, &self.file, &self.scanner.limits)?;
        record.warnings.splice(..0, warnings);
        record.warnings.truncate(self.scanner.limits.warnings);
        Ok(record)
    }

    /// Reports a fault and goes on where the next document begins.
    fn fail(&mut self, fault: Fault) {
        let is_over = fault.code == Code::SourceUnreadable;
        let is_known = matches!(self.mode, Mode::Over { .. }) || self.is_refused;
        // A fault before the root, or one that swallows anything, is not left by a root element:
        // that root would be the rest of the refused document.
        let is_before_root = matches!(self.mode, Mode::Outside);
        let is_whole = is_before_root || matches!(fault.code, Code::TooLong | Code::TooDeep);
        let n_around = match &self.mode {
            Mode::Inside { depth, .. } | Mode::Over { depth } => *depth,
            Mode::Around => self.path.len(),
            Mode::Outside => 0,
        };
        if !is_known || is_over {
            self.report(fault);
        }
        self.has_begun = true;
        self.is_refused = false;
        self.sink.text.clear();
        self.sink.words = None;
        self.path.truncate(n_around);
        let only_declarations = is_whole && n_around == 0;
        self.mode = if self.path.is_empty() { Mode::Outside } else { Mode::Around };
        match if is_over { Ok(false) } else { self.seek(only_declarations) } {
            Ok(true) => {}
            Ok(false) => self.is_done = true,
            Err(fault) => {
                self.is_done = true;
                if self.ready.is_none() {
                    self.report(fault);
                }
            }
        }
        self.begin_document();
    }

    fn begin_document(&mut self) {
        self.scanner.begin_document();
        self.warnings.clear();
    }

    /// Skips to where a document may begin; `false` at the end of the source.
    fn seek(&mut self, only_declarations: bool) -> Result<bool, Fault> {
        let mut run = Vec::new();
        loop {
            match self.scanner.peek()? {
                None => return Ok(false),
                Some(b'<') => {}
                Some(_) => {
                    let taken = self.scanner.bytes.take_run(|byte| byte == b'<', &mut run);
                    taken.map_err(|error| self.scanner.io(&error))?;
                    continue;
                }
            }
            if self.scanner.comes(b"<?xml ")? {
                self.path.clear();
                self.mode = Mode::Outside;
                return Ok(true);
            }
            if !only_declarations && self.begins_document()? {
                return Ok(true);
            }
            self.scanner.take()?;
        }
    }

    /// Whether a DOCTYPE or the root element of a known format comes next.
    fn begins_document(&mut self) -> Result<bool, Fault> {
        if self.scanner.comes(b"<!DOCTYPE")? {
            self.path.clear();
            self.mode = Mode::Outside;
            return Ok(true);
        }
        let place = self.scanner.bytes.place();
        let mut taken: Vec<u8> = Vec::new();
        taken.extend(self.scanner.take()?);
        while self.scanner.peek()?.is_some_and(is_name) && taken.len() < 80 {
            taken.extend(self.scanner.take()?);
        }
        let name = String::from_utf8_lossy(taken.get(1..).unwrap_or_default()).into_owned();
        let ends = self.scanner.peek()?.is_some_and(|byte| !is_name(byte));
        self.scanner.bytes.put_back(&taken, place);
        Ok(ends && Format::of_root(&name).is_some_and(Format::is_patent))
    }
}

impl<R: BufRead> Iterator for Documents<R> {
    type Item = Result<PatentRecord, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(ready) = self.ready.take() {
                return Some(ready);
            }
            if self.is_done {
                return None;
            }
            self.step();
        }
    }
}
