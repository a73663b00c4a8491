//! Cuts a byte stream into the pieces of XML, in bounded memory, with exact places.
//!
//! Several documents may follow each other. Nothing outside the stream is ever opened: document
//! type definitions are read over, entity definitions refused.
use std::io::{self, BufRead};

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8};

use crate::bytes::{Bytes, Place};
use crate::entity;
use crate::limits::Limits;
use crate::problem::{Code, excerpt};

/// The longest name of an element, attribute or entity.
const NAME_BYTES_MAX: usize = 256;
/// The longest XML declaration.
const DECLARATION_BYTES_MAX: usize = 1024;

/// Why scanning cannot go on here, or a warning.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    pub place: Place,
    pub code: Code,
    pub values: Vec<String>,
}

impl Fault {
    pub fn new(place: Place, code: Code, values: impl IntoIterator<Item = String>) -> Self {
        Self { place, code, values: values.into_iter().map(|value| excerpt(&value)).collect() }
    }
}

#[derive(Debug)]
pub(crate) struct Tag {
    pub place: Place,
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub is_empty: bool,
}

#[derive(Debug)]
pub(crate) enum Token {
    Start(Tag),
    End(String),
    /// `<?xml … ?>`: a new document begins.
    Declaration,
    /// A document type declaration, with the reason to refuse its document.
    DocType(Option<Fault>),
    Eof,
}

/// Where the text before a token goes.
#[derive(Debug, Default)]
pub(crate) struct Sink {
    /// Whether text is kept; it is checked in any case.
    pub keeps: bool,
    pub text: String,
    /// Where something that is not blank came first.
    pub words: Option<Place>,
}

pub(crate) struct Scanner<R> {
    pub(crate) bytes: Bytes<R>,
    pub(crate) limits: Limits,
    encoding: &'static Encoding,
    /// Where the present document began, in bytes taken.
    began: u64,
    pub(crate) warnings: Vec<Fault>,
    run: Vec<u8>,
    scratch: String,
}

pub(crate) fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || matches!(byte, b'_' | b':') || byte >= 0x80
}

pub(crate) fn is_name(byte: u8) -> bool {
    is_name_start(byte) || byte.is_ascii_digit() || matches!(byte, b'-' | b'.')
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

impl<R: BufRead> Scanner<R> {
    pub fn new(source: R, limits: Limits) -> Self {
        Self {
            bytes: Bytes::new(source),
            limits,
            encoding: UTF_8,
            began: 0,
            warnings: Vec::new(),
            run: Vec::new(),
            scratch: String::new(),
        }
    }

    /// Forgets what the last document declared.
    pub fn begin_document(&mut self) {
        self.encoding = UTF_8;
        self.began = self.bytes.n_taken();
        self.warnings.clear();
    }

    pub(crate) fn fault(&self, code: Code, values: impl IntoIterator<Item = String>) -> Fault {
        Fault::new(self.bytes.place(), code, values)
    }

    pub(crate) fn io(&self, error: &io::Error) -> Fault {
        self.fault(Code::SourceUnreadable, [error.to_string()])
    }

    pub(crate) fn peek(&mut self) -> Result<Option<u8>, Fault> {
        self.bytes.peek().map_err(|error| self.io(&error))
    }

    pub(crate) fn take(&mut self) -> Result<Option<u8>, Fault> {
        self.bytes.take().map_err(|error| self.io(&error))
    }

    pub(crate) fn take_if(&mut self, expected: &[u8]) -> Result<bool, Fault> {
        self.bytes.take_if(expected).map_err(|error| self.io(&error))
    }

    pub(crate) fn comes(&mut self, expected: &[u8]) -> Result<bool, Fault> {
        self.bytes.comes(expected).map_err(|error| self.io(&error))
    }

    /// The next token; the text before it goes into `sink`.
    pub fn next(&mut self, sink: &mut Sink) -> Result<Token, Fault> {
        loop {
            if self.bytes.n_taken().saturating_sub(self.began) > self.limits.document_bytes {
                let max = self.limits.document_bytes.to_string();
                return Err(self.fault(Code::TooLong, ["the document".into(), max]));
            }
            match self.peek()? {
                None => return Ok(Token::Eof),
                Some(b'<') => {
                    if let Some(token) = self.markup(sink)? {
                        return Ok(token);
                    }
                }
                Some(b'&') => {
                    let place = self.bytes.place();
                    let text = self.reference()?;
                    self.put(&text, sink, place)?;
                }
                Some(_) => self.text_run(sink)?,
            }
        }
    }

    /// Reads one piece of markup; comments and instructions are read over.
    fn markup(&mut self, sink: &mut Sink) -> Result<Option<Token>, Fault> {
        let place = self.bytes.place();
        if self.take_if(b"<!--")? {
            self.skip_to(b"-->", "<!--")?;
        } else if self.take_if(b"<![CDATA[")? {
            self.character_data(sink)?;
        } else if self.take_if(b"<!DOCTYPE")? {
            return self.doc_type().map(|refused| Some(Token::DocType(refused)));
        } else if self.take_if(b"<?")? {
            let name = self.name()?;
            if name == "xml" {
                return self.declaration().map(|()| Some(Token::Declaration));
            }
            self.skip_to(b"?>", "<?")?;
        } else if self.take_if(b"</")? {
            return self.end_tag(place).map(Some);
        } else if self.comes(b"<!")? {
            return Err(self.fault(Code::TagMalformed, ["<!".into()]));
        } else {
            return self.start_tag(place).map(|tag| Some(Token::Start(tag)));
        }
        Ok(None)
    }

    fn text_run(&mut self, sink: &mut Sink) -> Result<(), Fault> {
        let mut decoder = None;
        loop {
            let place = self.bytes.place();
            let mut run = std::mem::take(&mut self.run);
            let taken = self.bytes.take_run(|byte| matches!(byte, b'<' | b'&'), &mut run);
            let outcome = match taken {
                Err(error) => Err(self.io(&error)),
                Ok(()) if run.is_empty() => {
                    self.run = run;
                    break;
                }
                Ok(()) => self.decode(&run, &mut decoder, sink, place),
            };
            self.run = run;
            outcome?;
        }
        self.finish(decoder, sink)
    }

    fn finish(&mut self, decoder: Option<Decoder>, sink: &mut Sink) -> Result<(), Fault> {
        let place = self.bytes.place();
        match decoder {
            Some(decoder) => self.decode_with(&[], decoder, true, sink, place).map(|_| ()),
            None => Ok(()),
        }
    }

    fn decode(
        &mut self,
        run: &[u8],
        decoder: &mut Option<Decoder>,
        sink: &mut Sink,
        place: Place,
    ) -> Result<(), Fault> {
        if decoder.is_none() && run.is_ascii() {
            let text = std::str::from_utf8(run).expect("ASCII is UTF-8");
            return self.put(text, sink, place);
        }
        let encoding = self.encoding;
        let present = decoder.take().unwrap_or_else(|| encoding.new_decoder_without_bom_handling());
        *decoder = Some(self.decode_with(run, present, false, sink, place)?);
        Ok(())
    }

    fn decode_with(
        &mut self,
        run: &[u8],
        mut decoder: Decoder,
        is_last: bool,
        sink: &mut Sink,
        place: Place,
    ) -> Result<Decoder, Fault> {
        let mut scratch = std::mem::take(&mut self.scratch);
        scratch.clear();
        let room = decoder.max_utf8_buffer_length_without_replacement(run.len());
        scratch.reserve(room.unwrap_or_default());
        let (outcome, n_read) =
            decoder.decode_to_string_without_replacement(run, &mut scratch, is_last);
        let stored = match outcome {
            DecoderResult::Malformed(length, after) => {
                let end = n_read.saturating_sub(usize::from(after));
                let from = end.saturating_sub(usize::from(length));
                let mut at = place;
                run.iter().take(from).for_each(|byte| at.pass(*byte));
                Err(self.undecodable(at, run.get(from..end).unwrap_or_default()))
            }
            _ => self.put(&scratch, sink, place),
        };
        self.scratch = scratch;
        stored.map(|()| decoder)
    }

    fn undecodable(&self, place: Place, bytes: &[u8]) -> Fault {
        let shown: Vec<String> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
        let code = if self.encoding == UTF_8 { Code::NotUtf8 } else { Code::EncodingBroken };
        Fault::new(place, code, [shown.join(" "), self.encoding.name().to_owned()])
    }

    fn put(&mut self, text: &str, sink: &mut Sink, place: Place) -> Result<(), Fault> {
        let is_blank = |c: char| c.is_whitespace() || c == '\u{feff}';
        if sink.words.is_none()
            && let Some(before) = text.find(|c| !is_blank(c))
        {
            let mut at = place;
            text.bytes().take(before).for_each(|byte| at.pass(byte));
            sink.words = Some(at);
        }
        if sink.keeps {
            let is_control = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r');
            if let Some(control) = text.chars().find(|c| is_control(*c)) {
                let shown = format!("U+{:04X}", u32::from(control));
                self.warn(Fault::new(place, Code::ControlCharacter, [shown]));
                sink.text.extend(text.chars().filter(|c| !is_control(*c)));
            } else {
                sink.text.push_str(text);
            }
            if sink.text.len() > self.limits.text_bytes {
                let max = self.limits.text_bytes.to_string();
                return Err(Fault::new(place, Code::TooLong, ["the text".into(), max]));
            }
        }
        Ok(())
    }

    fn warn(&mut self, fault: Fault) {
        if self.warnings.len() < self.limits.warnings {
            self.warnings.push(fault);
        }
    }

    /// Reads `&name;` or `&#…;`, of which the `&` comes next.
    fn reference(&mut self) -> Result<String, Fault> {
        let place = self.bytes.place();
        self.take()?;
        let is_numeric = self.take_if(b"#")?;
        let starts = |byte: Option<u8>| byte.is_some_and(is_name_start);
        let name = if is_numeric || starts(self.peek()?) { self.name()? } else { String::new() };
        let hash = if is_numeric { "#" } else { "" };
        if self.peek()? != Some(b';') || (name.is_empty() && !is_numeric) {
            let shown = format!("&{hash}{name}");
            return Err(Fault::new(place, Code::BareAmpersand, [shown]));
        }
        self.take()?;
        let shown = format!("&{hash}{name};");
        if is_numeric {
            let wrong = || Fault::new(place, Code::CharacterReferenceWrong, [shown.clone()]);
            return entity::numeric(&format!("#{name}")).map(String::from).ok_or_else(wrong);
        }
        match entity::text(&name) {
            Some(text) => Ok(text.to_owned()),
            None => {
                self.warn(Fault::new(place, Code::EntityUnknown, [shown.clone()]));
                Ok(shown)
            }
        }
    }

    /// Reads a name, perhaps an empty one.
    pub(crate) fn name(&mut self) -> Result<String, Fault> {
        let mut name = Vec::new();
        while let Some(byte) = self.peek()? {
            if !is_name(byte) {
                break;
            }
            if name.len() >= NAME_BYTES_MAX {
                let max = NAME_BYTES_MAX.to_string();
                return Err(self.fault(Code::TooLong, ["a name".into(), max]));
            }
            name.push(byte);
            self.take()?;
        }
        let place = self.bytes.place();
        let plain = String::from_utf8(name);
        plain.map_err(|error| Fault::new(place, Code::NotUtf8, [format!("{error}")]))
    }

    pub(crate) fn blanks(&mut self) -> Result<bool, Fault> {
        let mut any = false;
        while self.peek()?.is_some_and(is_blank) {
            self.take()?;
            any = true;
        }
        Ok(any)
    }

    fn end_tag(&mut self, place: Place) -> Result<Token, Fault> {
        let name = self.name()?;
        self.blanks()?;
        if name.is_empty() || self.peek()? != Some(b'>') {
            return Err(Fault::new(place, Code::TagMalformed, [format!("</{name}")]));
        }
        self.take()?;
        Ok(Token::End(name))
    }

    fn start_tag(&mut self, place: Place) -> Result<Tag, Fault> {
        let start = self.bytes.n_taken();
        self.take()?;
        if !self.peek()?.is_some_and(is_name_start) {
            let next = self.peek()?.map_or(String::new(), |byte| char::from(byte).to_string());
            return Err(Fault::new(place, Code::UnescapedLessThan, [format!("<{next}")]));
        }
        let name = self.name()?;
        let mut tag = Tag { place, name, attributes: Vec::new(), is_empty: false };
        loop {
            let spaced = self.blanks()?;
            if self.take_if(b">")? {
                return Ok(tag);
            }
            if self.take_if(b"/>")? {
                tag.is_empty = true;
                return Ok(tag);
            }
            if self.peek()?.is_none() {
                return Err(self.fault(Code::NotClosed, [format!("<{}", tag.name)]));
            }
            let (key, value) = self.attribute(&tag, spaced)?;
            if tag.attributes.iter().any(|(other, _)| *other == key) {
                return Err(self.fault(Code::AttributeRepeated, [key]));
            }
            tag.attributes.push((key, value));
            let max = self.limits.tag_bytes;
            let length = self.bytes.n_taken().saturating_sub(start);
            if usize::try_from(length).map_or(true, |length| length > max) {
                return Err(Fault::new(place, Code::TooLong, ["a tag".into(), max.to_string()]));
            }
        }
    }

    fn attribute(&mut self, tag: &Tag, spaced: bool) -> Result<(String, String), Fault> {
        let no_tag = |rest: &str| {
            let shown = format!("<{} {rest}", tag.name);
            Fault::new(tag.place, Code::UnescapedLessThan, [shown.trim().to_owned()])
        };
        if !spaced || !self.peek()?.is_some_and(is_name_start) {
            return Err(no_tag(""));
        }
        let key = self.name()?;
        self.blanks()?;
        if !self.take_if(b"=")? {
            return Err(no_tag(&key));
        }
        self.blanks()?;
        let quote = match self.peek()? {
            Some(quote @ (b'"' | b'\'')) => quote,
            _ => return Err(self.fault(Code::AttributeMalformed, [key])),
        };
        self.take()?;
        self.attribute_value(quote).map(|value| (key, value))
    }

    fn attribute_value(&mut self, quote: u8) -> Result<String, Fault> {
        let mut sink = Sink { keeps: true, ..Sink::default() };
        let mut raw = Vec::new();
        loop {
            let place = self.bytes.place();
            let next = self.peek()?;
            if next.is_none_or(|byte| byte == quote || matches!(byte, b'&' | b'<')) {
                let mut decoder = None;
                self.decode(&raw, &mut decoder, &mut sink, place)?;
                self.finish(decoder, &mut sink)?;
                raw.clear();
            }
            match next {
                None => return Err(self.fault(Code::NotClosed, [sink.text])),
                Some(b'<') => {
                    return Err(self.fault(Code::UnescapedLessThan, [format!("{}<", sink.text)]));
                }
                Some(b'&') => sink.text.push_str(&self.reference()?),
                Some(byte) => {
                    self.take()?;
                    if byte == quote {
                        return Ok(sink.text);
                    }
                    raw.push(byte);
                }
            }
            if raw.len() + sink.text.len() > self.limits.tag_bytes {
                let max = self.limits.tag_bytes.to_string();
                return Err(self.fault(Code::TooLong, ["an attribute".into(), max]));
            }
        }
    }

    fn character_data(&mut self, sink: &mut Sink) -> Result<(), Fault> {
        let place = self.bytes.place();
        let mut raw = Vec::new();
        while !self.take_if(b"]]>")? {
            self.guard_against_cut("<![CDATA[")?;
            raw.extend(self.take()?);
            if raw.len() > self.limits.text_bytes {
                let max = self.limits.text_bytes.to_string();
                return Err(Fault::new(place, Code::TooLong, ["the text".into(), max]));
            }
        }
        let mut decoder = None;
        self.decode(&raw, &mut decoder, sink, place)?;
        self.finish(decoder, sink)
    }

    /// Refuses to read on over the end of the source or the declaration of the next document.
    pub(crate) fn guard_against_cut(&mut self, opened: &str) -> Result<(), Fault> {
        let next = self.peek()?;
        let is_cut = match next {
            None => true,
            Some(b'<') if self.bytes.place().column == 1 => self.comes(b"<?xml ")?,
            Some(_) => false,
        };
        if is_cut { Err(self.fault(Code::NotClosed, [opened.to_owned()])) } else { Ok(()) }
    }

    pub(crate) fn skip_to(&mut self, end: &[u8], opened: &str) -> Result<(), Fault> {
        while !self.take_if(end)? {
            self.guard_against_cut(opened)?;
            self.take()?;
        }
        Ok(())
    }

    fn declaration(&mut self) -> Result<(), Fault> {
        self.begin_document();
        let place = self.bytes.place();
        let mut raw = Vec::new();
        while !self.take_if(b"?>")? {
            self.guard_against_cut("<?xml")?;
            if raw.len() >= DECLARATION_BYTES_MAX {
                return Err(Fault::new(place, Code::NotClosed, ["<?xml".into()]));
            }
            raw.extend(self.take()?);
        }
        let text = String::from_utf8_lossy(&raw);
        let Some((_, after)) = text.split_once("encoding") else { return Ok(()) };
        let after = after.trim_start().trim_start_matches('=').trim_start();
        let mut quoted = after.split(['"', '\'']);
        let label = quoted.nth(1).unwrap_or_default();
        match Encoding::for_label(label.as_bytes()) {
            Some(encoding) if encoding.is_ascii_compatible() => self.encoding = encoding,
            _ => return Err(Fault::new(place, Code::EncodingRefused, [label.to_owned()])),
        }
        Ok(())
    }
}
