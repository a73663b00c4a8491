//! Symbols of classification schemes in one normal form.
use crate::record::{Class, Scheme};

impl Class {
    /// Reads a symbol of a scheme; `None` when the text has not the form of one.
    ///
    /// IPC and CPC come with padding (`A24B   15/18    (2006.01)`), with three digits of group
    /// (`G06F015/00`), in columns without a stroke (`G06F 1516`), with the edition in front
    /// (`7C 07C  29/44   A`) or with the tail of ST.8 (`D02G   3/02        19680901AFI…`).
    pub fn parse(scheme: Scheme, text: &str) -> Option<Self> {
        match scheme {
            Scheme::Ipc | Scheme::Cpc => ipc(scheme, text),
            Scheme::Uspc => uspc(text),
            Scheme::Locarno => locarno(text),
            Scheme::National => {
                let symbol = crate::node::tidy(text);
                (!symbol.is_empty()).then(|| plain(scheme, symbol, String::new()))
            }
        }
    }
}

fn plain(scheme: Scheme, symbol: String, edition: String) -> Class {
    Class { scheme, symbol, edition, is_main: false }
}

/// Takes characters from the front while `is_wanted` says so.
fn take_while<'a>(rest: &mut &'a str, is_wanted: fn(char) -> bool) -> &'a str {
    let at = rest.find(|c| !is_wanted(c)).unwrap_or(rest.len());
    let (taken, after) = rest.split_at(at);
    *rest = after;
    taken
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

fn ipc(scheme: Scheme, text: &str) -> Option<Class> {
    let upper = text.trim().trim_start_matches('/').trim_start().to_ascii_uppercase();
    let mut rest = upper.as_str();
    let front = take_while(&mut rest, is_digit).to_owned();
    let section = rest.chars().next().filter(|c| matches!(c, 'A'..='H' | 'Y'))?;
    rest = rest.get(1..)?.trim_start();
    let class = take_while(&mut rest, is_digit);
    let subclass = rest.trim_start().chars().next().filter(char::is_ascii_uppercase);
    let Some(subclass) = subclass.filter(|_| class.len() == 2) else {
        let is_whole = rest.is_empty() && matches!(class.len(), 0 | 2);
        return is_whole.then(|| plain(scheme, format!("{section}{class}"), front));
    };
    rest = rest.trim_start().get(1..)?;
    let stem = format!("{section}{class}{subclass}");
    let columns = rest;
    rest = rest.trim_start();
    if rest.is_empty() || rest.starts_with('(') {
        return Some(plain(scheme, stem, version(rest, front)));
    }
    let group = take_while(&mut rest, is_digit);
    if let Some(after) = rest.strip_prefix('/') {
        rest = after;
        let subgroup = take_while(&mut rest, is_digit);
        return symbol(scheme, &stem, group, subgroup, version(rest.trim(), front));
    }
    // Without a stroke the group fills three columns and the subgroup follows.
    let padded = format!("{columns:<5}");
    let (group, subgroup) = padded.split_at_checked(3)?;
    let mut subgroup = subgroup.trim_start();
    symbol(scheme, &stem, group.trim(), take_while(&mut subgroup, is_digit), front)
}

fn symbol(scheme: Scheme, stem: &str, group: &str, sub: &str, edition: String) -> Option<Class> {
    let group = group.trim_start_matches('0');
    let is_good = (1..=4).contains(&group.len())
        && group.bytes().all(|byte| byte.is_ascii_digit())
        && (2..=6).contains(&sub.len());
    is_good.then(|| plain(scheme, format!("{stem} {group}/{sub}"), edition))
}

/// `2006.01` from `(2006.01)I` or from the tail `20060101AFI…`; otherwise what stood in front.
fn version(tail: &str, front: String) -> String {
    let digits: String = tail
        .trim_start_matches('(')
        .chars()
        .take_while(|c| is_digit(*c) || matches!(c, '.' | '-'))
        .filter(|c| is_digit(*c))
        .collect();
    match (digits.get(..4), digits.get(4..6)) {
        (Some(year), Some(month)) => format!("{year}.{month}"),
        _ => front,
    }
}

/// Whether a text of ST.8 marks its symbol as the first: an F two places after the version date.
pub(crate) fn is_first(raw: &str) -> bool {
    let is_date = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
    let at = raw.as_bytes().windows(8).position(is_date);
    at.and_then(|at| raw.get(at + 9..at + 10)) == Some("F")
}

/// `705/26` from `705/026000`, `705 26`, `705026000`; `379/88.02` from `379 8802`.
fn uspc(text: &str) -> Option<Class> {
    let text = text.trim_end().to_ascii_uppercase();
    if let Some((class, subclass)) = text.split_once('/') {
        return uspc_symbol(class, subclass);
    }
    // Three columns of class, then three of subclass and its decimals.
    let lead = text.trim_start();
    let text = if lead.len() == text.len() || lead.len() < 3 { text.as_str() } else { lead };
    let (class, subclass) = text.split_at_checked(3)?;
    uspc_symbol(class, subclass)
}

fn uspc_symbol(class: &str, subclass: &str) -> Option<Class> {
    let class = class.trim().trim_start_matches('0').replace(' ', "");
    if class.is_empty() || !class.chars().all(|c| c.is_ascii_alphanumeric()) {
        return None;
    }
    let (whole, rest) = match subclass.split_at_checked(3) {
        Some(columns) if !subclass.contains('.') => columns,
        _ => (subclass, ""),
    };
    let whole = whole.trim().trim_start_matches('0');
    let is_decimal = [whole, rest].iter().all(|part| part.chars().all(is_digit));
    let rest = match rest.trim_end_matches('0') {
        _ if !is_decimal => rest.trim().to_owned(),
        "" => String::new(),
        decimals => format!(".{decimals}"),
    };
    let symbol = format!("{class}/{whole}{rest}");
    let is_good = symbol.len() > class.len() + 1 && symbol.len() <= 24;
    is_good.then(|| plain(Scheme::Uspc, symbol, String::new()))
}

/// `14-02` from `1402`, `14-02` or `LOC (13) Cl. 14-02`.
fn locarno(text: &str) -> Option<Class> {
    let last = text.split_whitespace().next_back()?;
    let (class, subclass) = match last.split_once('-') {
        Some(parts) => parts,
        None if last.len() == 4 => last.split_at_checked(2)?,
        None => return None,
    };
    let is_number = |part: &str| (1..=2).contains(&part.len()) && part.chars().all(is_digit);
    let is_good = is_number(class) && is_number(subclass);
    is_good.then(|| plain(Scheme::Locarno, format!("{class:0>2}-{subclass:0>2}"), String::new()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(scheme: Scheme, text: &str, symbol: &str, edition: &str) {
        let class = Class::parse(scheme, text).expect(text);
        assert_eq!((class.symbol.as_str(), class.edition.as_str()), (symbol, edition), "{text}");
        let again = Class::parse(scheme, symbol).expect(symbol);
        assert_eq!(again.symbol, symbol, "a normal form is its own normal form");
    }

    #[test]
    fn international_symbols() {
        for (text, symbol, edition) in [
            ("A24B   15/18    (2006.01)I", "A24B 15/18", "2006.01"),
            ("G06F015/00", "G06F 15/00", ""),
            ("G06F 1516", "G06F 15/16", ""),
            ("B60R  900", "B60R 9/00", ""),
            ("G06F  728", "G06F 7/28", ""),
            ("A61K 31415", "A61K 31/415", ""),
            ("C07D30712", "C07D 307/12", ""),
            (" 7C 07C  29/44   A", "C07C 29/44", "7"),
            ("2A 01N 43/08 -", "A01N 43/08", "2"),
            ("// A01N43/08", "A01N 43/08", ""),
            ("D02G   3/02        19680901AFI20051108BHEP", "D02G 3/02", "1968.09"),
            ("E04B 1/88 20060101AFI20070316BHEP", "E04B 1/88", "2006.01"),
            ("A01L", "A01L", ""),
            ("A01L1/00", "A01L 1/00", ""),
        ] {
            check(Scheme::Ipc, text, symbol, edition);
        }
    }

    #[test]
    fn national_and_design_symbols() {
        for (text, symbol) in [
            ("705/026000", "705/26"),
            ("715513", "715/513"),
            ("705 26", "705/26"),
            ("379 8802", "379/88.02"),
            ("709202000", "709/202"),
            ("179 90K", "179/90K"),
            ("179  2DD", "179/2DD"),
            ("340172.5", "340/172.5"),
            ("D14480", "D14/480"),
        ] {
            check(Scheme::Uspc, text, symbol, "");
        }
        check(Scheme::Locarno, "1402", "14-02", "");
        check(Scheme::Locarno, "LOC(13)Cl. 14-2", "14-02", "");
    }

    #[test]
    fn what_is_no_symbol_is_refused() {
        for text in ["", "7", "NONE", "Ж06F", "G06F 1/", "G06F /00", "Q01B 1/00", "ä", "G0ä"] {
            let class = Class::parse(Scheme::Ipc, text);
            assert!(class.is_none(), "{text}: {class:?}");
        }
        for text in ["", "ä", "aäb", "1", "705/", "äöüß"] {
            assert!(Class::parse(Scheme::Uspc, text).is_none(), "{text}");
        }
    }
}
