//! The part of a document that is kept: a small tree without descriptions and drawings.
use crate::limits::Limits;
use crate::problem::Code;
use crate::scan::{Fault, Tag};

/// What no record needs: its text is checked but not kept.
const SKIPPED: &[&str] = &[
    "description",
    "Description",
    "drawings",
    "Drawings",
    "SDODE",
    "SDODR",
    "subdoc-description",
    "subdoc-drawings",
    "search-report-data",
    "sequence-list",
    "us-sequence-list-doc",
    "ep-reference-list",
    "maths",
    "math",
    "chemistry",
    "img",
];

/// Elements that part words, as opposed to marks inside a word.
const BLOCKS: &[&str] = &[
    "p",
    "P",
    "br",
    "ul",
    "ol",
    "li",
    "LI",
    "dl",
    "dt",
    "dd",
    "claim-text",
    "ClaimText",
    "claim",
    "PARA",
    "CLMSTEP",
    "H",
    "heading",
    "paragraph",
    "Paragraphs",
    "row",
    "entry",
    "tr",
    "td",
    "table",
    "text",
];

#[derive(Debug, Default)]
pub(crate) struct Node {
    pub name: String,
    pub line: u64,
    pub column: u64,
    attributes: Vec<(String, String)>,
    children: Vec<Child>,
}

#[derive(Debug)]
enum Child {
    Text(String),
    Node(Node),
}

/// The name without its namespace prefix.
pub(crate) fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

impl Node {
    fn of(tag: Tag) -> Self {
        let attributes = tag.attributes.into_iter();
        Self {
            name: local(&tag.name).to_owned(),
            line: tag.place.line,
            column: tag.place.column,
            attributes: attributes.map(|(key, value)| (local(&key).to_owned(), value)).collect(),
            children: Vec::new(),
        }
    }

    /// The value of an attribute, empty when absent.
    pub fn attribute(&self, name: &str) -> &str {
        let found = self.attributes.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value.trim())
    }

    pub fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.attributes.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    pub fn nodes(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|child| match child {
            Child::Node(node) => Some(node),
            Child::Text(_) => None,
        })
    }

    /// The children with a name.
    pub fn children(&self, name: &str) -> impl Iterator<Item = &Self> {
        let found: Vec<&Self> = self.nodes().filter(|node| node.name == name).collect();
        found.into_iter()
    }

    pub fn child(&self, name: &str) -> Option<&Self> {
        self.nodes().find(|node| node.name == name)
    }

    /// The first child with one of the names, the first name first.
    pub fn any(&self, names: &[&str]) -> Option<&Self> {
        names.iter().find_map(|name| self.child(name))
    }

    /// The node at the end of a path of names.
    pub fn at(&self, path: &str) -> Option<&Self> {
        path.split('/').try_fold(self, |node, name| node.child(name))
    }

    /// The tidy text at the end of a path, empty when absent.
    pub fn text_at(&self, path: &str) -> String {
        self.at(path).map(Self::text).unwrap_or_default()
    }

    /// All descendants with one of the names, outermost only, in order.
    pub fn find<'a>(&'a self, names: &[&str]) -> Vec<&'a Self> {
        let mut found = Vec::new();
        self.collect(names, &mut found);
        found
    }

    fn collect<'a>(&'a self, names: &[&str], found: &mut Vec<&'a Self>) {
        for node in self.nodes() {
            if names.contains(&node.name.as_str()) {
                found.push(node);
            } else {
                node.collect(names, found);
            }
        }
    }

    /// The first descendant with one of the names.
    pub fn first(&self, names: &[&str]) -> Option<&Self> {
        self.nodes().find_map(|node| {
            let is_it = names.contains(&node.name.as_str());
            if is_it { Some(node) } else { node.first(names) }
        })
    }

    /// All text inside, with blanks tidied.
    pub fn text(&self) -> String {
        tidy(&self.raw_text())
    }

    /// All text inside as it stands, for fields where columns count.
    pub fn raw_text(&self) -> String {
        let mut out = String::new();
        self.write_text(&mut out);
        out
    }

    fn write_text(&self, out: &mut String) {
        let is_block = BLOCKS.contains(&self.name.as_str());
        if is_block {
            out.push(' ');
        }
        for child in &self.children {
            match child {
                Child::Text(text) => out.push_str(text),
                Child::Node(node) => node.write_text(out),
            }
        }
        if is_block {
            out.push(' ');
        }
    }
}

/// Joins lines and runs of blanks into single spaces and trims both ends.
pub(crate) fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace() || c == '\u{feff}') {
        if !word.is_empty() {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(word);
        }
    }
    out
}

/// Grows a tree from tags and text, within bounds.
#[derive(Debug, Default)]
pub(crate) struct Builder {
    /// The open nodes, outermost first.
    open: Vec<Node>,
    /// How many open elements lie inside a skipped one, itself included.
    n_skipped: usize,
    n_bytes: usize,
}

impl Builder {
    /// Whether text that comes now is to be kept.
    pub fn keeps(&self) -> bool {
        self.n_skipped == 0
    }

    pub fn start(&mut self, tag: Tag, limits: &Limits) -> Result<(), Fault> {
        let is_skipped = SKIPPED.contains(&local(&tag.name)) && !self.open.is_empty();
        if self.n_skipped > 0 || is_skipped {
            self.n_skipped += 1;
            return Ok(());
        }
        let place = tag.place;
        let n_attributes: usize = tag.attributes.iter().map(|(k, v)| k.len() + v.len() + 48).sum();
        self.n_bytes += tag.name.len() + n_attributes + std::mem::size_of::<Node>();
        self.open.push(Node::of(tag));
        if self.n_bytes > limits.record_bytes {
            let max = limits.record_bytes.to_string();
            return Err(Fault::new(place, Code::TooLong, ["the record".into(), max]));
        }
        Ok(())
    }

    pub fn text(&mut self, text: &mut String) {
        if text.is_empty() {
            return;
        }
        if let (0, Some(node)) = (self.n_skipped, self.open.last_mut()) {
            self.n_bytes += text.len() + std::mem::size_of::<Child>();
            node.children.push(Child::Text(std::mem::take(text)));
        }
        text.clear();
    }

    /// Closes the innermost element; gives back the tree when it was the outermost.
    pub fn end(&mut self) -> Option<Node> {
        if self.n_skipped > 0 {
            self.n_skipped -= 1;
            return None;
        }
        let node = self.open.pop()?;
        match self.open.last_mut() {
            Some(parent) => {
                parent.children.push(Child::Node(node));
                None
            }
            None => Some(node),
        }
    }
}
