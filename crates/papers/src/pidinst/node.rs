//! XML as a small tree, within bounds and without entities of its own.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Elements of one record.
const NODES_MAX: usize = 20_000;
/// Elements inside each other.
const DEPTH_MAX: usize = 16;

/// One element.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// Its name without a prefix.
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub text: String,
    pub children: Vec<Node>,
}

impl Node {
    /// The first child of this name.
    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The children of this name inside the child of that name.
    pub(super) fn list<'a>(
        &'a self,
        around: &str,
        name: &'a str,
    ) -> impl Iterator<Item = &'a Self> {
        let inside = self.child(around).map(|it| it.children.as_slice()).unwrap_or_default();
        inside.iter().filter(move |child| child.name == name)
    }

    /// The text of a child, trimmed; empty where there is none.
    pub(super) fn text_of(&self, name: &str) -> String {
        self.child(name).map(|it| it.text.trim().to_owned()).unwrap_or_default()
    }

    /// The value of an attribute; empty where there is none.
    pub(super) fn attribute(&self, name: &str) -> String {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    }
}

/// The root of a document; nothing where it is none, or is larger than a record may be.
pub(super) fn parse(text: &str) -> Option<Node> {
    let mut reader = Reader::from_str(text);
    let mut open = vec![Node::default()];
    let mut n_nodes = 0;
    loop {
        match reader.read_event().ok()? {
            Event::Eof => break,
            // Entities of its own could unfold to anything.
            Event::DocType(_) => return None,
            Event::Start(start) => {
                n_nodes += 1;
                open.push(node(&start)?);
            }
            Event::Empty(start) => {
                n_nodes += 1;
                open.last_mut()?.children.push(node(&start)?);
            }
            Event::End(_) => {
                let child = open.pop()?;
                open.last_mut()?.children.push(child);
            }
            Event::Text(part) => open.last_mut()?.text.push_str(&part),
            Event::CData(part) => open.last_mut()?.text.push_str(&part),
            Event::GeneralRef(name) => {
                let c = character(&name, name.resolve_char_ref())?;
                open.last_mut()?.text.push(c);
            }
            _ => {}
        }
        if n_nodes > NODES_MAX || open.len() > DEPTH_MAX {
            return None;
        }
    }
    let root = (open.len() == 1).then(|| open.pop()).flatten()?;
    root.children.into_iter().next()
}

fn node(start: &BytesStart) -> Option<Node> {
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.ok()?;
        let value = quick_xml::escape::unescape(&attribute.value).ok()?.into_owned();
        attributes.push((attribute.key.local_name().as_ref().to_owned(), value));
    }
    Some(Node { name: start.local_name().as_ref().to_owned(), attributes, ..Node::default() })
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
