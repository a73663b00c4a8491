//! Technologies as files: workbook, CSV, JSON lines, ST.96. What is written reads back unchanged.
//!
//! Every table says first what it holds: the filter in words, as of when, how many rows, its
//! label, for whom. Under the heads in the reader's language stands a row of stable keys.

use crate::codes;
use crate::columns::{self, Column, Shape, VERSION};
use crate::csv_in::defused;
use crate::own::LINE_SHAPE;
use base::{Bilingual, Date, Instant, Lang};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use std::io::{self, Write};
use trading::{Content, Listing, Technology};

/// One technology with what belongs to its row.
#[derive(Clone, Debug)]
pub struct Exported {
    pub technology: Technology,
    pub owner: Bilingual,
    pub listings: Vec<Listing>,
}

/// What a table says of itself.
#[derive(Clone, Debug)]
pub struct Head {
    pub lang: Lang,
    /// The filter in words.
    pub filter: String,
    pub as_of: Instant,
    pub n_rows: usize,
    /// The label of the whole, in words.
    pub label: String,
    /// For whom it was made.
    pub who: String,
}

impl Head {
    /// The lines before the table, each a name and a value.
    fn lines(&self) -> [(String, String); 5] {
        let name = |key: &str| words::say(self.lang, &format!("technology-export-{key}"));
        let as_of = words::date_time(self.lang, self.as_of, words::CITY_OFFSET_MINUTES);
        let n_rows = i64::try_from(self.n_rows).unwrap_or(i64::MAX);
        [
            (name("filter"), self.filter.clone()),
            (name("as-of"), as_of),
            (name("rows"), words::number(self.lang, n_rows)),
            (name("label"), self.label.clone()),
            (name("who"), self.who.clone()),
        ]
    }
}

/// What stands in a cell.
pub(crate) enum Value {
    Text(String),
    Number(u32),
    Day(Date),
}

/// What a column says of a technology.
pub(crate) fn value(column: &Column, row: &Exported, lang: Lang) -> Value {
    let technology = &row.technology;
    let content = &technology.content;
    let trl = content.trl.as_ref();
    if let Some(on) = trl.and_then(|trl| trl.on).filter(|_| column.shape == Shape::Date) {
        return Value::Day(on);
    }
    if column.shape == Shape::Level {
        return trl.map_or(Value::Text(String::new()), |trl| Value::Number(trl.level.into()));
    }
    Value::Text(match column.shape {
        Shape::Line | Shape::Block => text(content, column.key).to_owned(),
        Shape::Code if column.key == "phone" => content.contact.phone.clone(),
        Shape::Code => technology.key.clone().unwrap_or_default(),
        Shape::Choice(stem) => {
            let word = match column.key {
                "stage" => content.stage.map(trading::Stage::word),
                "mode" => content.mode.map(trading::TransferMode::word),
                _ => Some(content.export.category.word()),
            };
            word.map(|word| words::say(lang, &format!("{stem}-{word}"))).unwrap_or_default()
        }
        Shape::Flag => {
            let is_so = match column.key {
                "invented" => content.invented,
                _ => trl.is_some_and(|trl| trl.assessed),
            };
            if is_so { words::say(lang, "technology-yes") } else { String::new() }
        }
        Shape::Field => content.field.clone(),
        Shape::Inventors => codes::write_inventors(&content.inventors),
        Shape::Rights => codes::write_rights(&content.rights),
        Shape::Classes => codes::write_classes(&content.classes),
        Shape::List => codes::write_list(&content.related),
        Shape::Titles => codes::write_titles(&content.other_titles),
        Shape::Told => told(column.key, row, lang),
        Shape::Date | Shape::Level => String::new(),
    })
}

fn text<'c>(content: &'c Content, key: &str) -> &'c str {
    let (stem, lang) = key.rsplit_once('_').unwrap_or((key, ""));
    let both = match stem {
        "title" => &content.title,
        "summary" => &content.summary,
        "description" => &content.description,
        "applications" => &content.applications,
        "benefits" => &content.benefits,
        "keywords" => &content.keywords,
        "encumbrances" => &content.encumbrances,
        "notes" => &content.notes,
        "export_notes" => &content.export.notes,
        "contact" => &content.contact.name,
        "trl_evidence" => match &content.trl {
            Some(trl) => &trl.evidence,
            None => return "",
        },
        _ => return &content.contact.email,
    };
    both.get(if lang == "zh" { Lang::Zh } else { Lang::En })
}

fn told(key: &str, row: &Exported, lang: Lang) -> String {
    let technology = &row.technology;
    match key {
        "reference" => technology.reference.to_string(),
        "owner" => row.owner.best(lang).0.to_owned(),
        "state" => words::say(lang, &format!("technology-state-{}", technology.state.word())),
        "label" => words::label(lang, &technology.label),
        "version" => technology.version.to_string(),
        "changed" => words::date_time(lang, technology.changed_at, words::CITY_OFFSET_MINUTES),
        "listings" => {
            let one = |listing: &Listing| {
                let mode = words::say(lang, &format!("listing-mode-{}", listing.mode));
                let licence =
                    words::say(lang, &format!("listing-licence-{}", listing.terms.licence));
                let price = listing.terms.price.map(|price| words::money(lang, price));
                let parts = [Some(mode), Some(licence), price];
                parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
            };
            row.listings.iter().map(one).collect::<Vec<_>>().join("\n")
        }
        _ => String::new(),
    }
}

/// Rows of texts as CSV: UTF-8 with its mark, RFC 4180, dangerous cells defused.
pub fn csv_rows(rows: &[Vec<String>]) -> Vec<u8> {
    let mut bytes = b"\xEF\xBB\xBF".to_vec();
    let mut writer = csv::WriterBuilder::new()
        .flexible(true)
        .terminator(csv::Terminator::CRLF)
        .from_writer(&mut bytes);
    for row in rows {
        let cells = row.iter().map(|cell| defused(cell).into_owned());
        writer.write_record(cells).expect("memory takes every row");
    }
    writer.flush().expect("memory takes every row");
    drop(writer);
    bytes
}

/// Writes CSV: UTF-8 with its mark, RFC 4180, dangerous cells defused.
pub fn export_csv(
    head: &Head,
    rows: impl IntoIterator<Item = Exported>,
    mut to: impl Write,
) -> io::Result<()> {
    to.write_all(b"\xEF\xBB\xBF")?;
    let mut writer =
        csv::WriterBuilder::new().flexible(true).terminator(csv::Terminator::CRLF).from_writer(to);
    for (name, value) in head.lines() {
        writer.write_record([defused(&name).as_ref(), defused(&value).as_ref()])?;
    }
    writer.write_record([""; 2])?;
    writer.write_record(columns::columns().iter().map(|column| column.head(head.lang)))?;
    let keys = columns::columns().iter().map(|column| column.key).chain([VERSION]);
    writer.write_record(keys)?;
    for row in rows {
        for column in columns::columns() {
            let cell = match value(column, &row, head.lang) {
                Value::Text(text) => text,
                Value::Number(number) => number.to_string(),
                Value::Day(day) => day.to_string(),
            };
            writer.write_field(defused(&cell).as_bytes())?;
        }
        writer.write_record(None::<&[u8]>)?;
    }
    writer.flush()
}

/// Characters that a cell of a workbook can hold.
const CELL_CHARS_MAX: usize = 32_767;

/// Writes a workbook: a first sheet that says what it holds, then the table with typed cells.
pub fn export_xlsx(
    head: &Head,
    rows: impl IntoIterator<Item = Exported>,
) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    book.set_properties(&properties(head.as_of)?);
    let bold = Format::new().set_bold();
    let about = book.add_worksheet();
    about.set_name(words::say(head.lang, "technology-export-about"))?;
    about.set_column_width(0, 24)?.set_column_width(1, 80)?;
    for (line, (name, value)) in (0_u32..).zip(head.lines()) {
        about.write_string_with_format(line, 0, name, &bold)?;
        about.write_string(line, 1, defused(&value))?;
    }
    let sheet = book.add_worksheet();
    sheet.set_name(words::say(head.lang, "technology-export-sheet"))?;
    heads(sheet, head.lang, columns::columns())?;
    let day = Format::new().set_num_format("yyyy-mm-dd");
    for (line, row) in (2_u32..).zip(rows) {
        for (place, column) in (0_u16..).zip(columns::columns()) {
            match value(column, &row, head.lang) {
                Value::Text(text) if text.is_empty() => {}
                Value::Text(text) => {
                    sheet.write_string(line, place, fitting(&defused(&text)))?;
                }
                Value::Number(number) => {
                    sheet.write_number(line, place, number)?;
                }
                Value::Day(on) => {
                    sheet.write_datetime_with_format(line, place, &excel_day(on)?, &day)?;
                }
            }
        }
    }
    book.save_to_buffer()
}

/// A text that fits a cell; what is longer ends in an ellipsis.
pub(crate) fn fitting(text: &str) -> String {
    if text.encode_utf16().count() <= CELL_CHARS_MAX {
        return text.to_owned();
    }
    let mut fits: String = text.chars().take(CELL_CHARS_MAX / 2).collect();
    fits.push('…');
    fits
}

/// Heads in the reader's language, then stable keys with the version in a hidden column.
pub(crate) fn heads(
    sheet: &mut Worksheet,
    lang: Lang,
    columns: &[Column],
) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold().set_text_wrap().set_background_color(0xDD_E7_F0_u32);
    let small = Format::new().set_font_color(0x77_77_77_u32).set_font_size(8);
    for (place, column) in (0_u16..).zip(columns) {
        sheet.write_string_with_format(0, place, column.head(lang), &bold)?;
        sheet.write_string_with_format(1, place, column.key, &small)?;
        let width = match column.shape {
            Shape::Block | Shape::Rights => 40,
            Shape::Line | Shape::Inventors | Shape::Titles => 28,
            _ => 16,
        };
        sheet.set_column_width(place, width)?;
    }
    let last = u16::try_from(columns.len()).unwrap_or(u16::MAX);
    sheet.write_string(1, last, VERSION)?;
    sheet.set_column_hidden(last)?;
    sheet.set_freeze_panes(2, 1)?;
    Ok(())
}

pub(crate) fn excel_day(on: Date) -> Result<ExcelDateTime, XlsxError> {
    let year = u16::try_from(on.year()).unwrap_or(1900);
    let part = |part: i8| u8::try_from(part).unwrap_or(1);
    ExcelDateTime::from_ymd(year, part(on.month()), part(on.day()))
}

/// Properties without the hour of the computer that writes: equal tables are equal files.
pub(crate) fn properties(as_of: Instant) -> Result<DocProperties, XlsxError> {
    let at = as_of.datetime_at(0);
    let part = |part: i8| u8::try_from(part).unwrap_or(0);
    let created = excel_day(at.date())?.and_hms(
        u16::from(part(at.hour())),
        part(at.minute()),
        f64::from(part(at.second())),
    )?;
    Ok(DocProperties::new().set_author("Bellwether").set_creation_datetime(&created))
}

#[derive(serde::Serialize)]
struct Line<'l> {
    shape: &'static str,
    reference: &'l str,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'l str>,
    owner: &'l Bilingual,
    state: &'static str,
    label: &'l base::Label,
    version: u64,
    changed_at: String,
    content: &'l Content,
    listings: Vec<LineListing<'l>>,
}

#[derive(serde::Serialize)]
struct LineListing<'l> {
    reference: &'l str,
    mode: trading::DealMode,
    state: &'static str,
    terms: &'l trading::Terms,
}

/// Writes one JSON object a line.
pub fn export_jsonl(
    rows: impl IntoIterator<Item = Exported>,
    mut to: impl Write,
) -> io::Result<()> {
    for row in rows {
        let technology = &row.technology;
        let listing = |listing: &'_ Listing| (listing.mode, listing.state.word());
        let listings = row
            .listings
            .iter()
            .map(|one| {
                let (mode, state) = listing(one);
                LineListing { reference: one.reference.as_str(), mode, state, terms: &one.terms }
            })
            .collect();
        let line = Line {
            shape: LINE_SHAPE,
            reference: technology.reference.as_str(),
            key: technology.key.as_deref(),
            owner: &row.owner,
            state: technology.state.word(),
            label: &technology.label,
            version: technology.version,
            changed_at: technology.changed_at.rfc3339(),
            content: &technology.content,
            listings,
        };
        serde_json::to_writer(&mut to, &line).map_err(io::Error::from)?;
        to.write_all(b"\n")?;
    }
    to.flush()
}

/// Writes the published patents among the technologies as WIPO ST.96, all inside one element.
/// Returns how many there were.
pub fn export_st96(
    rows: impl IntoIterator<Item = Exported>,
    mut to: impl Write,
) -> io::Result<usize> {
    let mut n_written = 0;
    to.write_all(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")?;
    to.write_all(b"<pat:PatentPublicationBag")?;
    to.write_all(b" xmlns:pat=\"http://www.wipo.int/standards/XMLSchema/ST96/Patent\">\n")?;
    for row in rows {
        for document in st96::documents(&row) {
            let text = patents::write_st96(&document);
            let inner = text.split_once("?>").map_or(text.as_str(), |(_, inner)| inner);
            to.write_all(inner.trim().as_bytes())?;
            to.write_all(b"\n")?;
            n_written += 1;
        }
    }
    to.write_all(b"</pat:PatentPublicationBag>\n")?;
    to.flush()?;
    Ok(n_written)
}

mod st96 {
    use super::Exported;
    use base::{Bilingual, Date};
    use patents::{Class, DocNumber, Format, Party, PatDate, PatentRecord, Role, Scheme, Text};
    use trading::Right;

    /// A document for each published patent right of a technology.
    pub(super) fn documents(row: &Exported) -> Vec<PatentRecord> {
        let rights = row.technology.content.rights.iter();
        let published = rights.filter(|right| {
            right.is_published() && right.kind.is_registered() && right.office.len() == 2
        });
        published.map(|right| document(row, right)).collect()
    }

    fn document(row: &Exported, right: &Right) -> PatentRecord {
        let content = &row.technology.content;
        let party = |name: &Bilingual| Party {
            name: if name.en.is_empty() { name.zh.clone() } else { name.en.clone() },
            ..Party::default()
        };
        let application = (!right.application.is_empty())
            .then(|| number(right, &right.application, "", right.filed, Role::Application));
        PatentRecord {
            format: Format::St96,
            line: 1,
            publication: number(
                right,
                &right.number,
                &right.code,
                right.published,
                Role::Publication,
            ),
            application,
            priorities: Vec::new(),
            related: Vec::new(),
            classes: content.classes.iter().filter_map(class).collect(),
            titles: texts(&content.title),
            applicants: vec![party(&row.owner)],
            owners: Vec::new(),
            inventors: content.inventors.iter().map(|inventor| party(&inventor.name)).collect(),
            n_inventors_withheld: 0,
            representatives: Vec::new(),
            abstracts: texts(&content.description),
            claims: Vec::new(),
            states: Vec::new(),
            family: None,
            status: None,
            citations: Vec::new(),
            warnings: Vec::new(),
        }
    }

    fn number(right: &Right, number: &str, kind: &str, on: Option<Date>, role: Role) -> DocNumber {
        DocNumber {
            office: right.office.clone(),
            number: number.to_owned(),
            kind: kind.to_owned(),
            date: on.map(PatDate::Day),
            original: number.to_owned(),
            role,
        }
    }

    fn class(class: &trading::Class) -> Option<Class> {
        let schemes = [Scheme::Ipc, Scheme::Cpc, Scheme::Uspc, Scheme::Locarno, Scheme::National];
        let scheme = schemes.into_iter().find(|scheme| scheme.name() == class.scheme)?;
        let symbol = class.symbol.clone();
        Some(Class { scheme, symbol, edition: String::new(), is_main: false })
    }

    fn texts(both: &Bilingual) -> Vec<Text> {
        [("en", &both.en), ("zh", &both.zh)]
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(language, text)| Text { language: language.to_owned(), text: text.clone() })
            .collect()
    }
}
