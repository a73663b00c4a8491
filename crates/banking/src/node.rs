//! XML as a small tree with line numbers, within bounds and without entities of its own.

use crate::statement::{Read, Wrong};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Elements of one file.
const NODES_MAX: usize = 2_000_000;
/// Elements inside each other.
const DEPTH_MAX: usize = 64;

/// One element.
#[derive(Debug, Default)]
pub(crate) struct Node {
    /// Its name without a prefix.
    pub name: String,
    /// The line it begins on, from 1.
    pub at: usize,
    /// The attribute `Ccy`, the only one that statements need.
    pub currency: Option<String>,
    pub text: String,
    pub children: Vec<Node>,
}

impl Node {
    /// The first child of this name.
    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// All children of this name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The element at a path such as `Acct/Id/IBAN`.
    pub(crate) fn at_path(&self, path: &str) -> Option<&Self> {
        path.split('/').try_fold(self, |node, name| node.child(name))
    }

    /// The trimmed text at a path, unless it is empty.
    pub(crate) fn text_at(&self, path: &str) -> Option<&str> {
        let text = self.at_path(path)?.text.trim();
        (!text.is_empty()).then_some(text)
    }
}

/// The root of a document, or `None` with the reason among the problems.
pub(crate) fn parse(text: &str, into: &mut Read) -> Option<Node> {
    let mut reader = Reader::from_str(text);
    let mut lines = Lines { text: text.as_bytes(), offset: 0, line: 1 };
    let mut open = vec![Node::default()];
    let mut n_nodes = 0;
    loop {
        let event = reader.read_event();
        let at = lines.at(reader.buffer_position());
        let wrong = match event {
            Err(_) => Some(Wrong::NotOfFormat),
            Ok(Event::Eof) => break,
            Ok(Event::DocType(_)) => Some(Wrong::Forbidden),
            Ok(Event::Start(start)) => {
                n_nodes += 1;
                open.push(node(&start, at));
                (n_nodes > NODES_MAX || open.len() > DEPTH_MAX).then_some(Wrong::TooMany)
            }
            Ok(Event::Empty(start)) => {
                n_nodes += 1;
                let child = node(&start, at);
                if let Some(parent) = open.last_mut() {
                    parent.children.push(child);
                }
                (n_nodes > NODES_MAX).then_some(Wrong::TooMany)
            }
            Ok(Event::End(_)) => {
                let child = open.pop();
                let both = child.zip(open.last_mut());
                both.map(|(child, parent)| parent.children.push(child))
                    .is_none()
                    .then_some(Wrong::NotOfFormat)
            }
            Ok(Event::Text(part)) => add(&mut open, &part),
            Ok(Event::CData(part)) => add(&mut open, &part),
            Ok(Event::GeneralRef(name)) => match character(&name, name.resolve_char_ref()) {
                Some(c) => add(&mut open, c.encode_utf8(&mut [0; 4])),
                None => Some(Wrong::Forbidden),
            },
            Ok(_) => None,
        };
        if let Some(wrong) = wrong {
            let element = open.last().map_or("", |node| node.name.as_str()).to_owned();
            into.problem(at, if element.is_empty() { "document" } else { &element }, wrong);
            return None;
        }
    }
    let root = (open.len() == 1).then(|| open.pop()).flatten();
    let root = root.and_then(|mut root| root.children.pop());
    if root.is_none() {
        into.problem(lines.line, "document", Wrong::NotOfFormat);
    }
    root
}

fn node(start: &BytesStart, at: usize) -> Node {
    let currency = start.try_get_attribute("Ccy").ok().flatten();
    Node {
        name: start.local_name().as_ref().to_owned(),
        at,
        currency: currency.map(|attribute| attribute.value.into_owned()),
        ..Node::default()
    }
}

fn add(open: &mut [Node], part: &str) -> Option<Wrong> {
    if let Some(node) = open.last_mut() {
        node.text.push_str(part);
    }
    None
}

/// The five characters every document may name, and those by number.
fn character(name: &str, by_number: Result<Option<char>, quick_xml::Error>) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => by_number.ok().flatten(),
    }
}

/// Line numbers of rising offsets, each byte looked at once.
struct Lines<'a> {
    text: &'a [u8],
    offset: usize,
    line: usize,
}

impl Lines<'_> {
    fn at(&mut self, offset: u64) -> usize {
        let end = usize::try_from(offset).unwrap_or(usize::MAX).min(self.text.len());
        let new = self.text.get(self.offset..end).unwrap_or(&[]);
        self.line += new.iter().filter(|byte| **byte == b'\n').count();
        self.offset = end.max(self.offset);
        self.line
    }
}
