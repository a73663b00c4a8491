//! The lots of a replay: lot, opening_price, reserve, opens, closes.

use super::decimal::{Decimal, unusable};
use super::on_line;
use base::Refusal;
use std::collections::HashSet;

const COLUMNS: [&str; 5] = ["lot", "opening_price", "reserve", "opens", "closes"];

/// One lot and the line it stands in.
pub(super) struct Row {
    pub line: u64,
    pub lot: String,
    pub opening_price: Decimal,
    pub reserve: Option<Decimal>,
    pub opens: Decimal,
    pub closes: Decimal,
}

impl Row {
    pub(super) fn amounts(&self) -> impl Iterator<Item = &Decimal> + Clone {
        [&self.opening_price].into_iter().chain(&self.reserve)
    }

    pub(super) fn times(&self) -> impl Iterator<Item = &Decimal> + Clone {
        [&self.opens, &self.closes].into_iter()
    }
}

pub(super) fn read(bytes: &[u8], file: &str) -> Result<Vec<Row>, Refusal> {
    let mut rows = Vec::new();
    let mut seen = HashSet::new();
    each(bytes, file, COLUMNS, |line, [lot, opening_price, reserve, opens, closes]| {
        if !seen.insert(lot.to_owned()) {
            let reason = on_line("auction-file-lot-repeated", file, line);
            return Err(reason.text("found", lot));
        }
        let number = |typed: &str, column| {
            Decimal::parse(typed).ok_or_else(|| unusable(typed, file, line, column))
        };
        let reserve = match reserve.trim() {
            "" => None,
            typed => Some(number(typed, "reserve")?),
        };
        rows.push(Row {
            line,
            lot: lot.to_owned(),
            opening_price: number(opening_price, "opening_price")?,
            reserve,
            opens: number(opens, "opens")?,
            closes: number(closes, "closes")?,
        });
        Ok(())
    })?;
    Ok(rows)
}

/// Reads a table by the names of its columns, in whichever order they stand; others are passed by.
pub(super) fn each<const N: usize>(
    bytes: &[u8],
    file: &str,
    columns: [&str; N],
    mut take: impl FnMut(u64, [&str; N]) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
    let broken = |error: &csv::Error| {
        let line = error.position().map_or(1, csv::Position::line);
        on_line("auction-file-row", file, line).text("found", error.to_string())
    };
    let head = reader.headers().map_err(|error| broken(&error))?.clone();
    let mut places = [0; N];
    for (place, column) in places.iter_mut().zip(columns) {
        let found = head.iter().position(|name| name.trim() == column);
        *place = found.ok_or_else(|| {
            Refusal::invalid("auction-file-column")
                .text("file", file)
                .text("column", column)
                .text("columns", columns.join(", "))
        })?;
    }
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(|error| broken(&error))? {
        let line = record.position().map_or(0, csv::Position::line);
        take(line, places.map(|place| record.get(place).unwrap_or("")))?;
    }
    Ok(())
}
