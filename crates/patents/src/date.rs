//! Dates as the offices write them: WIPO ST.2, of which a day or a month may be unknown.
use std::fmt;

use jiff::civil::Date;

/// A date of day, month or year precision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PatDate {
    /// A full date.
    Day(Date),
    /// A month; ST.2 writes its day as 00.
    Month {
        /// The year.
        year: i16,
        /// The month, 1 to 12.
        month: i8,
    },
    /// A year; ST.2 writes month and day as 00.
    Year(i16),
}

impl PatDate {
    /// Reads `YYYYMMDD`, `YYYY-MM-DD`, `YYYY.MM.DD`, `YYYYMM`, `YYYY`, with 00 for what is unknown.
    ///
    /// A time after the date is ignored. Years before 1600 and after 2199 are no patent dates.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.split_once(['T', ' ']).map_or(text, |(date, _)| date);
        let parts: Vec<&str> = text.split(['-', '.', '/']).collect();
        let digits = match parts.as_slice() {
            [whole] => (*whole).to_owned(),
            [year, month] if year.len() == 4 => format!("{year}{month:0>2}"),
            [year, month, day] if year.len() == 4 => format!("{year}{month:0>2}{day:0>2}"),
            _ => return None,
        };
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let number = |from: usize, to: usize| digits.get(from..to)?.parse::<i16>().ok();
        let (year, month, day) = match digits.len() {
            4 => (number(0, 4)?, 0, 0),
            6 => (number(0, 4)?, number(4, 6)?, 0),
            8 => (number(0, 4)?, number(4, 6)?, number(6, 8)?),
            _ => return None,
        };
        Self::of(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?)
    }

    fn of(year: i16, month: i8, day: i8) -> Option<Self> {
        if !(1600..2200).contains(&year) {
            return None;
        }
        match (month, day) {
            (0, 0) => Some(Self::Year(year)),
            (1..=12, 0) => Some(Self::Month { year, month }),
            _ => Date::new(year, month, day).ok().map(Self::Day),
        }
    }

    /// The date as ST.2 writes it: eight digits, 00 for what is unknown.
    pub fn st2(&self) -> String {
        match self {
            Self::Day(date) => format!("{:04}{:02}{:02}", date.year(), date.month(), date.day()),
            Self::Month { year, month } => format!("{year:04}{month:02}00"),
            Self::Year(year) => format!("{year:04}0000"),
        }
    }

    /// The full date, if day and month are known.
    pub fn day(&self) -> Option<Date> {
        match self {
            Self::Day(date) => Some(*date),
            _ => None,
        }
    }

    /// The year, which is always known.
    pub fn year(&self) -> i16 {
        match self {
            Self::Day(date) => date.year(),
            Self::Month { year, .. } | Self::Year(year) => *year,
        }
    }
}

impl fmt::Display for PatDate {
    /// Writes ISO 8601 of the known precision: `2003-07-09`, `1983-11`, `1980`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(date) => write!(f, "{date}"),
            Self::Month { year, month } => write!(f, "{year:04}-{month:02}"),
            Self::Year(year) => write!(f, "{year:04}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_precision_is_read_and_written() {
        for (text, iso, st2) in [
            ("20030709", "2003-07-09", "20030709"),
            (" 2003-07-09 ", "2003-07-09", "20030709"),
            ("2003-7-9", "2003-07-09", "20030709"),
            ("2016-07-26T00:00:00", "2016-07-26", "20160726"),
            ("19831100", "1983-11", "19831100"),
            ("20040400", "2004-04", "20040400"),
            ("20040000", "2004", "20040000"),
            ("1998", "1998", "19980000"),
            ("199804", "1998-04", "19980400"),
        ] {
            let date = PatDate::parse(text).expect(text);
            assert_eq!(date.to_string(), iso);
            assert_eq!(date.st2(), st2);
            assert_eq!(PatDate::parse(&date.to_string()), Some(date));
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in
            ["", "YYYY-MM-DD", "20030230", "20041300", "20040031", "000000", "00000000", "1-2-3-4"]
        {
            assert_eq!(PatDate::parse(text), None, "{text}");
        }
    }
}
