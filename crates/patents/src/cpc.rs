//! The CPC scheme: symbols and their titles, for a tree of classes.
use std::io::BufRead;

use crate::limits::Limits;
use crate::node::{local, tidy};
use crate::problem::{Code, Problem};
use crate::record::{Class, Scheme};
use crate::scan::{Fault, Scanner, Sink, Tag, Token};

/// How many symbols are taken; the whole scheme has about 260,000.
const SYMBOLS_MAX: usize = 1_000_000;

/// Reads a `class-scheme` file: each symbol once, in the order of the file, with its own words.
///
/// References to other places, in brackets on paper, are left out of the titles.
pub fn read_cpc_scheme(
    source: impl BufRead,
    file_name: &str,
    limits: &Limits,
) -> Result<Vec<(String, String)>, Problem> {
    let mut reader = Reader {
        scanner: Scanner::new(source, limits.clone()),
        sink: Sink::default(),
        open: Vec::new(),
        symbol: String::new(),
        parts: Vec::new(),
        found: Vec::new(),
    };
    let outcome = reader.run();
    outcome.map(|()| reader.found).map_err(|fault| Problem {
        file: file_name.to_owned(),
        line: fault.place.line,
        column: fault.place.column,
        field: "class-scheme".to_owned(),
        code: fault.code,
        values: fault.values,
    })
}

struct Reader<R> {
    scanner: Scanner<R>,
    sink: Sink,
    open: Vec<String>,
    symbol: String,
    parts: Vec<String>,
    found: Vec<(String, String)>,
}

impl<R: BufRead> Reader<R> {
    fn run(&mut self) -> Result<(), Fault> {
        loop {
            self.sink.keeps = self.keeps();
            match self.scanner.next(&mut self.sink)? {
                Token::Start(tag) => self.start(&tag)?,
                Token::End(name) => self.end(&name)?,
                Token::Declaration | Token::DocType(None) => {}
                Token::DocType(Some(fault)) => return Err(fault),
                Token::Eof => break,
            }
        }
        match self.open.last() {
            Some(open) => Err(self.scanner.fault(Code::NotClosed, [format!("<{open}>")])),
            None => Ok(()),
        }
    }

    fn is_open(&self, name: &str) -> bool {
        self.open.iter().any(|open| open == name)
    }

    fn keeps(&self) -> bool {
        let is_title = self.is_open("title-part") && !self.is_open("reference");
        is_title || self.open.last().is_some_and(|open| open == "classification-symbol")
    }

    fn start(&mut self, tag: &Tag) -> Result<(), Fault> {
        let name = local(&tag.name);
        if self.open.is_empty() && name != "class-scheme" {
            return Err(Fault::new(tag.place, Code::RootUnsupported, [tag.name.clone()]));
        }
        if self.open.len() >= self.scanner.limits.depth {
            let max = self.scanner.limits.depth.to_string();
            return Err(Fault::new(tag.place, Code::TooDeep, [max]));
        }
        if matches!(name, "classification-symbol" | "title-part" | "class-title") {
            self.sink.text.clear();
        }
        if tag.is_empty {
            return Ok(());
        }
        self.open.push(name.to_owned());
        Ok(())
    }

    fn end(&mut self, name: &str) -> Result<(), Fault> {
        let closed = self.open.pop().unwrap_or_default();
        if closed != local(name) {
            return Err(self.scanner.fault(Code::EndTagMismatch, [name.to_owned(), closed]));
        }
        match closed.as_str() {
            "classification-symbol" => {
                let text = std::mem::take(&mut self.sink.text);
                let class = Class::parse(Scheme::Cpc, &text);
                self.symbol = class.map_or_else(|| tidy(&text), |class| class.symbol);
            }
            "title-part" => {
                let text = tidy(&std::mem::take(&mut self.sink.text));
                if !text.is_empty() {
                    self.parts.push(text);
                }
            }
            "class-title" => {
                let title = std::mem::take(&mut self.parts).join("; ");
                let symbol = std::mem::take(&mut self.symbol);
                if self.found.len() >= SYMBOLS_MAX {
                    let values = ["symbols".to_owned(), SYMBOLS_MAX.to_string()];
                    return Err(self.scanner.fault(Code::TooManyItems, values));
                }
                if !symbol.is_empty() && !title.is_empty() {
                    self.found.push((symbol, title));
                }
            }
            _ => {}
        }
        Ok(())
    }
}
