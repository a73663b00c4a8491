//! Which rows of a workbook's sheets are hidden: seen while its parts are measured, because the
//! reader of cells does not tell.

use std::collections::{BTreeSet, HashMap};
use std::io::{self, BufRead, BufReader, Read};

/// Bytes kept of the workbook's own list of sheets and of its relations.
const LIST_BYTES_MAX: u64 = 4 << 20;

/// Hidden rows, counted from 0, by the name of their sheet.
pub(crate) type HiddenRows = HashMap<String, BTreeSet<u32>>;

/// Gathers what the parts say.
#[derive(Debug, Default)]
pub(crate) struct Gathering {
    book: String,
    relations: String,
    rows_by_part: HashMap<String, BTreeSet<u32>>,
}

impl Gathering {
    /// Reads a part to its end and keeps what tells of hidden rows.
    pub(crate) fn part(&mut self, name: &str, mut from: impl Read) -> io::Result<()> {
        match name {
            "xl/workbook.xml" => self.book = list(&mut from)?,
            "xl/_rels/workbook.xml.rels" => self.relations = list(&mut from)?,
            _ => {}
        }
        if name.starts_with("xl/worksheets/") {
            let rows = rows(&mut from)?;
            if !rows.is_empty() {
                self.rows_by_part.insert(name.to_owned(), rows);
            }
        }
        io::copy(&mut from, &mut io::sink()).map(|_| ())
    }

    /// The rows by the names of the sheets.
    pub(crate) fn rows(self) -> HiddenRows {
        if self.rows_by_part.is_empty() {
            return HiddenRows::new();
        }
        let targets: HashMap<String, String> = tags(&self.relations, "Relationship")
            .filter_map(|tag| Some((value(tag, "Id")?, part_name(&value(tag, "Target")?))))
            .collect();
        tags(&self.book, "sheet")
            .filter_map(|tag| {
                let part = targets.get(&value(tag, "r:id")?)?;
                Some((value(tag, "name")?, self.rows_by_part.get(part)?.clone()))
            })
            .collect()
    }
}

fn list(from: &mut impl Read) -> io::Result<String> {
    let mut bytes = Vec::new();
    from.take(LIST_BYTES_MAX).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn part_name(target: &str) -> String {
    match target.strip_prefix('/') {
        Some(whole) => whole.to_owned(),
        None => format!("xl/{target}"),
    }
}

fn rows(from: &mut impl Read) -> io::Result<BTreeSet<u32>> {
    let mut reader = BufReader::with_capacity(64 << 10, from);
    let (mut found, mut tag) = (BTreeSet::new(), Vec::new());
    loop {
        tag.clear();
        // A part is bounded as a whole, so one piece of it is.
        if reader.read_until(b'>', &mut tag)? == 0 {
            return Ok(found);
        }
        let start = tag.iter().rposition(|byte| *byte == b'<').unwrap_or(0);
        let tag = String::from_utf8_lossy(tag.get(start..).unwrap_or_default());
        if !tag.starts_with("<row ") {
            continue;
        }
        let is_hidden = value(&tag, "hidden").is_some_and(|flag| flag == "1" || flag == "true");
        let number = value(&tag, "r").and_then(|number| number.parse::<u32>().ok());
        if let Some(line) = number.and_then(|number| number.checked_sub(1)).filter(|_| is_hidden) {
            found.insert(line);
        }
    }
}

/// The tags of this name, attributes included.
fn tags<'x>(xml: &'x str, name: &'x str) -> impl Iterator<Item = &'x str> {
    xml.split('<').filter_map(move |tag| {
        let rest = tag.strip_prefix(name)?;
        let end = rest.find('>').unwrap_or(rest.len());
        rest.starts_with(char::is_whitespace).then(|| rest.get(..end)).flatten()
    })
}

/// The value of an attribute inside a tag.
fn value(tag: &str, name: &str) -> Option<String> {
    let key = format!("{name}=");
    let at = tag.match_indices(&key).find(|(at, _)| {
        tag.get(..*at).is_some_and(|before| before.ends_with(char::is_whitespace))
    })?;
    let rest = tag.get(at.0 + key.len()..)?;
    let quote = rest.chars().next().filter(|c| *c == '"' || *c == '\'')?;
    let (value, _) = rest.get(1..)?.split_once(quote)?;
    let plain = value.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    Some(plain.replace("&apos;", "'").replace("&amp;", "&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_rows_are_found_by_the_name_of_their_sheet() {
        let mut parts = Gathering::default();
        let book =
            r#"<workbook><sheets><sheet name="A &amp; B" sheetId="1" r:id="rId7"/></sheets>"#;
        let relations =
            r#"<Relationships><Relationship Id="rId7" Target="worksheets/sheet1.xml"/>"#;
        let sheet =
            r#"<sheetData><row r="1"><c/></row><row r="3" spans="1:2" hidden="1"/></sheetData>"#;
        for (name, text) in [
            ("xl/workbook.xml", book),
            ("xl/_rels/workbook.xml.rels", relations),
            ("xl/worksheets/sheet1.xml", sheet),
        ] {
            parts.part(name, text.as_bytes()).expect("readable");
        }
        let rows = parts.rows();
        assert_eq!(rows.get("A & B"), Some(&BTreeSet::from([2])));
    }
}
