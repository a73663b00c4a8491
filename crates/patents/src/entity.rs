//! Names of characters that the offices' DTDs declare and that we never fetch.
//!
//! The table holds ISO 8879 and ISO 9573-13 names (Latin, Greek, Cyrillic, publishing, technical)
//! beside those of MathML: one name, then its code points in hexadecimal joined by `+`.
use std::collections::HashMap;
use std::sync::LazyLock;

static TABLE: LazyLock<HashMap<&'static str, String>> = LazyLock::new(|| {
    let mut words = include_str!("entities.txt").split_ascii_whitespace();
    let mut table = HashMap::new();
    while let (Some(name), Some(points)) = (words.next(), words.next()) {
        table.insert(name, points.split('+').filter_map(code_point).collect());
    }
    table
});

fn code_point(hexadecimal: &str) -> Option<char> {
    u32::from_str_radix(hexadecimal, 16).ok().and_then(char::from_u32)
}

/// The text that the entity `name` stands for, if the table knows it.
pub(crate) fn text(name: &str) -> Option<&'static str> {
    match name {
        "amp" => Some("&"),
        "lt" => Some("<"),
        "gt" => Some(">"),
        "quot" => Some("\""),
        "apos" => Some("'"),
        _ => TABLE.get(name).map(String::as_str),
    }
}

/// The character of a numeric reference, `#38` or `#x26`, if XML allows it.
pub(crate) fn numeric(reference: &str) -> Option<char> {
    let digits = reference.strip_prefix('#')?;
    let point = match digits.strip_prefix('x') {
        Some(hexadecimal) if hexadecimal.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            u32::from_str_radix(hexadecimal, 16).ok()?
        }
        None if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.parse().ok()?,
        _ => return None,
    };
    let found = char::from_u32(point)?;
    let is_allowed = match found {
        '\t' | '\n' | '\r' => true,
        _ => found >= ' ' && found != '\u{fffe}' && found != '\u{ffff}',
    };
    is_allowed.then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_old_sets_are_known() {
        for (name, expect) in [
            ("minus", "−"),
            ("lsqb", "["),
            ("agr", "α"),
            ("mgr", "μ"),
            ("PHgr", "Φ"),
            ("ohgr", "ω"),
            ("plus", "+"),
            ("emsp", "\u{2003}"),
            ("b.alpha", "\u{1d6c2}"),
            ("acy", "а"),
            ("rarr2", "⇉"),
            ("Prime", "″"),
        ] {
            assert_eq!(text(name), Some(expect), "{name}");
        }
        assert_eq!(text("nosuch"), None);
    }

    #[test]
    fn numeric_references_are_bounded() {
        assert_eq!(numeric("#x26"), Some('&'));
        assert_eq!(numeric("#38"), Some('&'));
        for wrong in ["#0", "#x0", "#x110000", "#99999999999", "#", "#x", "#+5", "#xD800"] {
            assert_eq!(numeric(wrong), None, "{wrong}");
        }
    }
}
