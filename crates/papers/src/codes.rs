//! Lists inside one cell: inventors, rights, classes, titles. What is written reads back.

use base::{Bilingual, Date, Lang};
use std::collections::BTreeMap;
use trading::{Class, Inventor, Right, RightKind, RightStatus, Share};

/// Why a cell cannot be read: the code of the problem and the offending part.
pub(crate) type Fault = (&'static str, String);

/// Puts a backslash before everything that separates.
fn escape(text: &str, marks: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => written.push_str("\\n"),
            _ => {
                if c == '\\' || marks.contains(c) {
                    written.push('\\');
                }
                written.push(c);
            }
        }
    }
    written
}

/// Splits at the marks that have no backslash before them, and trims the parts.
fn split(text: &str, marks: &[char]) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut is_escaped = false;
    for c in text.chars() {
        if is_escaped {
            is_escaped = false;
        } else if c == '\\' {
            is_escaped = true;
        } else if marks.contains(&c) {
            parts.push(String::new());
            continue;
        }
        if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    parts.iter().map(|part| part.trim().to_owned()).collect()
}

fn unescape(text: &str) -> String {
    let mut read = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n') => read.push('\n'),
                Some(other) => read.push(other),
                None => read.push('\\'),
            },
            _ => read.push(c),
        }
    }
    read
}

const LIST: [char; 3] = [';', '；', '\n'];

/// Separates the parts of a list, leaving empty ones out.
fn list_parts(text: &str) -> impl Iterator<Item = String> {
    split(text, &LIST).into_iter().filter(|part| !part.is_empty())
}

pub(crate) fn write_list(list: &[String]) -> String {
    list.iter().map(|one| escape(one, ";；")).collect::<Vec<_>>().join("; ")
}

pub(crate) fn read_list(text: &str) -> Vec<String> {
    list_parts(text).map(|part| unescape(&part)).collect()
}

pub(crate) fn write_classes(classes: &[Class]) -> String {
    let one = |class: &Class| {
        format!("{}: {}", escape(&class.scheme, ";；:："), escape(&class.symbol, ";；"))
    };
    classes.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// Symbols with or without their scheme; without one, the International Patent Classification.
pub(crate) fn read_classes(text: &str) -> Vec<Class> {
    let one = |part: String| match split(&part, &[':', '：']).as_slice() {
        [scheme, rest @ ..] if !rest.is_empty() => {
            Class { scheme: unescape(scheme), symbol: unescape(&rest.join(":")) }
        }
        _ => Class { scheme: "IPC".to_owned(), symbol: unescape(&part) },
    };
    list_parts(text).map(one).collect()
}

/// Puts a name under Chinese if it is written in Han characters, else under English.
pub(crate) fn by_script(text: &str) -> Bilingual {
    let han = text.chars().any(|c| matches!(u32::from(c), 0x3400..=0x9fff));
    Bilingual::only(if han { Lang::Zh } else { Lang::En }, text)
}

/// `吴敏 / Wu Min | 60; 李娜 | 40`.
pub(crate) fn write_inventors(inventors: &[Inventor]) -> String {
    let one = |inventor: &Inventor| {
        let name = &inventor.name;
        let plain = if name.zh.is_empty() { &name.en } else { &name.zh };
        let name = if by_script(plain) == *name {
            escape(plain, ";；|｜/／")
        } else {
            format!("{} / {}", escape(&name.zh, ";；|｜/／"), escape(&name.en, ";；|｜/／"))
        };
        match inventor.share {
            Some(share) => format!("{name} | {share}"),
            None => name,
        }
    };
    inventors.iter().map(one).collect::<Vec<_>>().join("; ")
}

pub(crate) fn read_inventors(text: &str) -> Result<Vec<Inventor>, Fault> {
    list_parts(text).map(|part| read_inventor(&part)).collect()
}

fn read_inventor(part: &str) -> Result<Inventor, Fault> {
    let fields = split(part, &['|', '｜']);
    let (name, share) = match fields.as_slice() {
        [name] => (name.clone(), None),
        [name, share] => (name.clone(), Some(share.clone()).filter(|share| !share.is_empty())),
        _ => return Err(("inventor-unreadable", part.to_owned())),
    };
    let name = match split(&name, &['/', '／']).as_slice() {
        [zh, en] => Bilingual::new(unescape(en), unescape(zh)),
        _ => by_script(&unescape(&name)),
    };
    if name.is_empty() {
        return Err(("inventor-unreadable", part.to_owned()));
    }
    let share = share.map(|share| Share::parse(&share).map_err(|_| ("share-unreadable", share)));
    Ok(Inventor { name, share: share.transpose()? })
}

/// One right a line: kind | office | number | document kind | application | status | filed |
/// published | expires | source of the status. Empty ends are left out.
pub(crate) fn write_rights(rights: &[Right]) -> String {
    let date = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
    let one = |right: &Right| {
        let parts = [
            right.kind.word().to_owned(),
            escape(&right.office, "|｜"),
            escape(&right.number, "|｜"),
            escape(&right.code, "|｜"),
            escape(&right.application, "|｜"),
            right.status.word().to_owned(),
            date(right.filed),
            date(right.published),
            date(right.expires),
            escape(&right.checked, "|｜"),
        ];
        parts.join(" | ").trim_end_matches([' ', '|']).to_owned()
    };
    rights.iter().map(one).collect::<Vec<_>>().join("\n")
}

pub(crate) fn read_rights(text: &str) -> Result<Vec<Right>, Fault> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(read_right).collect()
}

fn read_right(line: &str) -> Result<Right, Fault> {
    let parts = split(line, &['|', '｜']);
    if parts.len() > 10 {
        return Err(("right-unreadable", line.to_owned()));
    }
    let part = |at: usize| parts.get(at).map(|part| unescape(part)).unwrap_or_default();
    let kind = word_or_name(&part(0), "technology-right", RightKind::ALL, |kind| kind.word());
    let kind = kind.ok_or_else(|| ("right-unreadable", line.to_owned()))?;
    let status = match part(5) {
        empty if empty.is_empty() => RightStatus::Unknown,
        text => word_or_name(&text, "technology-status", RightStatus::ALL, |status| status.word())
            .ok_or(("right-unreadable", text))?,
    };
    let date = |at: usize| match part(at) {
        empty if empty.is_empty() => Ok(None),
        text => base::time::read_date(&text).map(Some).ok_or(("cell-date-unreadable", text)),
    };
    Ok(Right {
        kind,
        office: part(1),
        number: part(2),
        code: part(3),
        application: part(4),
        status,
        filed: date(6)?,
        published: date(7)?,
        expires: date(8)?,
        checked: part(9),
    })
}

/// Reads a word of a list, or its name in either language.
pub(crate) fn word_or_name<T: Copy>(
    text: &str,
    stem: &str,
    all: &[T],
    word: impl Fn(T) -> &'static str,
) -> Option<T> {
    let wanted = text.trim().to_lowercase();
    all.iter().copied().find(|one| {
        word(*one) == wanted
            || Lang::ALL.iter().any(|lang| {
                words::say(*lang, &format!("{stem}-{}", word(*one))).to_lowercase() == wanted
            })
    })
}

/// Titles in further languages, one a line: `de: Verfahren`.
pub(crate) fn write_titles(titles: &BTreeMap<String, String>) -> String {
    let one = |(lang, title): (&String, &String)| format!("{lang}: {title}");
    titles.iter().map(one).collect::<Vec<_>>().join("\n")
}

pub(crate) fn read_titles(text: &str) -> Result<BTreeMap<String, String>, Fault> {
    let one = |line: &str| {
        let (lang, title) = line.split_once([':', '：']).unwrap_or(("", line));
        let (lang, title) = (lang.trim(), title.trim());
        let fits = (2..=8).contains(&lang.len()) && lang.is_ascii();
        if fits {
            Ok((lang.to_owned(), title.to_owned()))
        } else {
            Err(("title-language", line.to_owned()))
        }
    };
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inventor(en: &str, zh: &str, share: &str) -> Inventor {
        Inventor { name: Bilingual::new(en, zh), share: Share::parse(share).ok() }
    }

    #[test]
    fn inventors_read_back() {
        let check = |inventors: &[Inventor], want: &str| {
            assert_eq!(write_inventors(inventors), want);
            assert_eq!(read_inventors(want).as_deref(), Ok(inventors));
        };
        check(&[], "");
        check(
            &[inventor("Wu Min", "吴敏", "60"), inventor("", "李娜", "40")],
            "吴敏 / Wu Min | 60; 李娜 | 40",
        );
        check(&[inventor("A|B;C/D\\E", "", "")], "A\\|B\\;C\\/D\\\\E");
        check(&[inventor("吴", "", "")], " / 吴");
    }

    #[test]
    fn inventors_are_read_as_people_write_them() {
        let read = read_inventors("吴敏｜６０％；Li Na|40\n").expect("readable");
        assert_eq!(read, [inventor("", "吴敏", "60"), inventor("Li Na", "", "40")]);
        assert_eq!(read_inventors("A | x"), Err(("share-unreadable", "x".to_owned())));
        assert_eq!(read_inventors("A|1|2").map_err(|fault| fault.0), Err("inventor-unreadable"));
        assert_eq!(read_inventors("| 5").map_err(|fault| fault.0), Err("inventor-unreadable"));
    }

    #[test]
    fn rights_read_back() {
        let whole = Right {
            kind: RightKind::UtilityModel,
            office: "CN".to_owned(),
            number: "20|21".to_owned(),
            code: "U".to_owned(),
            application: "202129083697.6".to_owned(),
            status: RightStatus::Granted,
            filed: Date::new(2021, 4, 16).ok(),
            published: Date::new(2021, 12, 7).ok(),
            expires: Date::new(2031, 4, 16).ok(),
            checked: "CNIPA, 2026-01-05".to_owned(),
        };
        let bare = Right { kind: RightKind::KnowHow, ..Right::default() };
        let rights = [whole, bare];
        let text = write_rights(&rights);
        assert!(text.ends_with("\nknow-how |  |  |  |  | unknown"), "{text}");
        assert_eq!(read_rights(&text).as_deref(), Ok(&rights[..]));
        let read = read_rights("发明专利 | CN | 123 || | 已授权").expect("readable");
        assert_eq!((read[0].kind, read[0].status), (RightKind::Invention, RightStatus::Granted));
        assert_eq!(read_rights("what").map_err(|fault| fault.0), Err("right-unreadable"));
        let wrong = read_rights("design|CN|1||||2021-13-01");
        assert_eq!(wrong.map_err(|fault| fault.0), Err("cell-date-unreadable"));
    }

    #[test]
    fn classes_lists_and_titles_read_back() {
        let class = |scheme: &str, symbol: &str| Class {
            scheme: scheme.to_owned(),
            symbol: symbol.to_owned(),
        };
        let classes = [class("IPC", "G01M 9/06"), class("a:b", "C08L 2666:02; x")];
        assert_eq!(read_classes(&write_classes(&classes)), classes);
        assert_eq!(read_classes("G01M 9/06；"), [class("IPC", "G01M 9/06")]);
        let list = ["a; b".to_owned(), "c\\".to_owned(), "d".to_owned()];
        assert_eq!(read_list(&write_list(&list)), list);
        let titles = read_titles("de: Verfahren: neu\nfr：Procédé").expect("readable");
        assert_eq!(read_titles(&write_titles(&titles)), Ok(titles));
        assert!(read_titles("Verfahren").is_err());
    }
}
