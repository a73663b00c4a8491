//! Changing one part of an address and keeping the rest: language, sort order, filters.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What a query may hold unescaped.
const KEPT: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b':').remove(b'/');

/// The path before the question mark.
pub fn path(address: &str) -> &str {
    address.split(['?', '#']).next().unwrap_or("")
}

/// The decoded pairs of the query, in order.
pub fn pairs(address: &str) -> Vec<(String, String)> {
    let query = address.split('#').next().and_then(|whole| whole.split_once('?'));
    let decode = |text: &str| {
        let spaced = text.replace('+', " ");
        percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
    };
    query
        .map_or("", |(_, query)| query)
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}

/// A path and its query, escaped.
pub fn build<N: AsRef<str>, V: AsRef<str>>(path: &str, pairs: &[(N, V)]) -> String {
    let mut address = path.to_owned();
    for (index, (name, value)) in pairs.iter().enumerate() {
        address.push(if index == 0 { '?' } else { '&' });
        address.extend(utf8_percent_encode(name.as_ref(), KEPT));
        address.push('=');
        address.extend(utf8_percent_encode(value.as_ref(), KEPT));
    }
    address
}

/// The address with this one value for the name, in place of all it had.
pub fn with(address: &str, name: &str, value: &str) -> String {
    let mut kept = pairs(address);
    kept.retain(|(known, _)| known != name);
    kept.push((name.to_owned(), value.to_owned()));
    build(path(address), &kept)
}

/// The address with one more value for the name.
pub fn and(address: &str, name: &str, value: &str) -> String {
    let mut kept = pairs(address);
    kept.push((name.to_owned(), value.to_owned()));
    build(path(address), &kept)
}

/// The address without any value for the name.
pub fn without(address: &str, name: &str) -> String {
    let mut kept = pairs(address);
    kept.retain(|(known, _)| known != name);
    build(path(address), &kept)
}

/// The address without this one value for the name: a chip that is removed.
pub fn without_value(address: &str, name: &str, value: &str) -> String {
    let mut kept = pairs(address);
    kept.retain(|(known, had)| known != name || had != value);
    build(path(address), &kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_part_changes_and_the_rest_stays() {
        let address = "/search?q=%E5%8F%B6%E7%89%87+x&kind=a&kind=b";
        assert_eq!(
            with(address, "lang", "zh"),
            "/search?q=%E5%8F%B6%E7%89%87%20x&kind=a&kind=b&lang=zh"
        );
        assert_eq!(without_value("/s?k=a&k=b", "k", "a"), "/s?k=b");
        assert_eq!(without("/s?k=a&k=b", "k"), "/s");
        assert_eq!(and("/s?k=a", "k", "b&c"), "/s?k=a&k=b%26c");
        assert_eq!(path("/s?k#x"), "/s");
        assert_eq!(pairs("/s?a&b=%zz"), [("a".into(), "".into()), ("b".into(), "%zz".into())]);
    }
}
