//! The template that people fill in: as a workbook with notes, drop-downs and an example, and as
//! CSV. Its version stands in a hidden cell.

use crate::columns::{self, Column, Shape, VERSION};
use crate::csv_in::defused;
use crate::export::{heads, properties};
use base::{Instant, Lang};
use rust_xlsxwriter::{
    DataValidation, DataValidationRule, Format, Formula, Note, Workbook, Worksheet, XlsxError,
};
use trading::FieldTree;

/// Rows that have drop-downs.
const ROWS: u32 = 5_000;
/// Bytes that a list of choices may have inside a cell's rule; longer ones refer to a sheet.
const INLINE_CHARS_MAX: usize = 255;
/// The hidden sheet of long lists.
pub(crate) const LISTS: &str = "lists";

/// The template as a workbook.
pub fn template(lang: Lang, fields: &FieldTree) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    book.set_properties(&properties(Instant::from_micros(1_767_225_600_000_000))?);
    let filled: Vec<Column> = columns::filled().copied().collect();
    let sheet = book.add_worksheet();
    sheet.set_name(words::say(lang, "technology-export-sheet"))?;
    heads(sheet, lang, &filled)?;
    let grey = Format::new().set_italic().set_font_color(0x77_77_77_u32);
    for (place, column) in (0_u16..).zip(&filled) {
        let example = example(column, lang, fields);
        sheet.write_string_with_format(2, place, example, &grey)?;
        let note = Note::new(column.note(lang)).set_author("").add_author_prefix(false);
        sheet.insert_note(0, place, &note.set_width(300))?;
        rule(sheet, place, column, lang, fields)?;
        if matches!(column.shape, Shape::Code) {
            let text = Format::new().set_num_format("@");
            sheet.set_column_format(place, &text)?;
        }
    }
    notes(book.add_worksheet(), lang, &filled)?;
    lists(book.add_worksheet(), lang, fields)?;
    book.save_to_buffer()
}

/// The template as CSV with the same columns.
pub fn template_csv(lang: Lang, fields: &FieldTree) -> Vec<u8> {
    let mut text = String::from("\u{feff}");
    let mut line = |cells: Vec<String>| {
        let quoted: Vec<String> = cells
            .iter()
            .map(|cell| format!("\"{}\"", defused(cell).replace('"', "\"\"")))
            .collect();
        text.push_str(&quoted.join(","));
        text.push_str("\r\n");
    };
    line(columns::filled().map(|column| column.head(lang)).collect());
    let keys = columns::filled().map(|column| column.key).chain([VERSION]);
    line(keys.map(str::to_owned).collect());
    line(columns::filled().map(|column| example(column, lang, fields)).collect());
    text.into_bytes()
}

/// What the example row holds; it is left out when the file is read.
fn example(column: &Column, lang: Lang, fields: &FieldTree) -> String {
    match column.shape {
        Shape::Field => fields
            .fields()
            .iter()
            .find(|field| field.parent.is_some())
            .map(|field| field.name.best(lang).0.to_owned())
            .unwrap_or_default(),
        Shape::Choice(_) => {
            column.choices(lang).into_iter().next().map(|(_, name)| name).unwrap_or_default()
        }
        Shape::Flag => String::new(),
        _ => words::say(lang, &format!("technology-example-{}", column.key.replace('_', "-"))),
    }
}

fn rule(
    sheet: &mut Worksheet,
    place: u16,
    column: &Column,
    lang: Lang,
    fields: &FieldTree,
) -> Result<(), XlsxError> {
    let names: Vec<String> = match column.shape {
        Shape::Choice(_) => column.choices(lang).into_iter().map(|(_, name)| name).collect(),
        Shape::Flag => vec![words::say(lang, "technology-yes"), words::say(lang, "technology-no")],
        Shape::Field => return field_rule(sheet, place, fields),
        Shape::Level => {
            let rule = DataValidation::new();
            let rule = rule.allow_whole_number(DataValidationRule::Between(1, 9));
            sheet.add_data_validation(3, place, ROWS, place, &rule)?;
            return Ok(());
        }
        _ => return Ok(()),
    };
    // A comma inside a name would end it.
    let fits = names.iter().map(|name| name.chars().count() + 1).sum::<usize>() <= INLINE_CHARS_MAX;
    if fits && names.iter().all(|name| !name.contains(',')) {
        let rule = DataValidation::new().allow_list_strings(&names)?;
        sheet.add_data_validation(3, place, ROWS, place, &rule)?;
    }
    Ok(())
}

fn field_rule(sheet: &mut Worksheet, place: u16, fields: &FieldTree) -> Result<(), XlsxError> {
    let n_fields = fields.fields().len();
    if n_fields > 0 {
        let list = Formula::new(format!("={LISTS}!$A$1:$A${n_fields}"));
        let rule = DataValidation::new().allow_list_formula(list);
        sheet.add_data_validation(3, place, ROWS, place, &rule)?;
    }
    Ok(())
}

fn notes(sheet: &mut Worksheet, lang: Lang, columns: &[Column]) -> Result<(), XlsxError> {
    sheet.set_name(words::say(lang, "technology-template-notes"))?;
    let (bold, wrap) = (Format::new().set_bold(), Format::new().set_text_wrap());
    sheet.set_column_width(0, 28)?.set_column_width(1, 90)?;
    let intro = words::say(lang, "technology-template-intro");
    sheet.write_string_with_format(0, 1, intro, &wrap)?;
    for (line, column) in (2_u32..).zip(columns) {
        sheet.write_string_with_format(line, 0, column.head(lang), &bold)?;
        let choices: Vec<String> = column.choices(lang).into_iter().map(|(_, name)| name).collect();
        let note = match choices.is_empty() {
            true => column.note(lang),
            false => format!("{} {}", column.note(lang), choices.join(" / ")),
        };
        sheet.write_string_with_format(line, 1, note, &wrap)?;
    }
    Ok(())
}

fn lists(sheet: &mut Worksheet, lang: Lang, fields: &FieldTree) -> Result<(), XlsxError> {
    sheet.set_name(LISTS)?;
    sheet.set_hidden(true);
    for (line, field) in (0_u32..).zip(fields.fields()) {
        sheet.write_string(line, 0, field.name.best(lang).0)?;
    }
    Ok(())
}
