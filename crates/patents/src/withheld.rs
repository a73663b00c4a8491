//! Inventors who asked not to be named: the wish is obeyed whatever way it is written.
//!
//! A doubtful mark counts as the wish: a name left out can be added, one printed cannot be taken
//! back.
use crate::node::Node;

/// Names that stand where no name may stand.
const PLACEHOLDERS: &[&str] = &[
    "不公告发明人",
    "不公开发明人",
    "不公布发明人",
    "请求不公布姓名",
    "请求不公开姓名",
    "请求不公告姓名",
    "要求不公布姓名",
    "not to be published",
    "name withheld",
    "waive his entitlement",
    "waive their entitlement",
    "waived his right",
    "waived their right",
    "auf seine nennung verzichtet",
    "auf ihre nennung verzichtet",
    "renoncé à sa désignation",
    "renoncé à leur désignation",
];

/// Marks in attributes whose very name asks for silence.
const SILENT_KEYS: &[&str] = &[
    "notpubl",
    "nottobepubl",
    "notbepubl",
    "nopubl",
    "nonpubl",
    "unpubl",
    "notdiscl",
    "nottobediscl",
    "hidden",
    "secret",
    "withh",
    "conceal",
];

const NEGATIVE: &[&str] = &["0", "no", "n", "false", "f", "off", "否", "not", "none", "never"];
const NEGATIVE_PARTS: &[&str] =
    &["not ", "notpubl", "unpubl", "nonpubl", "non publ", "withh", "hidden", "secret", "不"];

/// Whether the node of an inventor, or anything inside it, asks not to be published.
pub(crate) fn is_withheld(inventor: &Node) -> bool {
    is_placeholder(&inventor.text()) || has_mark(inventor)
}

/// Whether a name only says that the name is not told.
pub(crate) fn is_placeholder(name: &str) -> bool {
    let folded = name.to_lowercase();
    PLACEHOLDERS.iter().any(|phrase| folded.contains(phrase))
}

/// Whether a name says that the inventor is still to be named.
pub(crate) fn is_not_named_yet(name: &str) -> bool {
    let folded = name.to_lowercase();
    ["has not yet been filed", "noch nicht bekannt", "pas encore été déposée", "liegt noch nicht"]
        .iter()
        .any(|phrase| folded.contains(phrase))
}

fn has_mark(node: &Node) -> bool {
    node.attributes().any(|(key, value)| is_mark(key, value)) || node.nodes().any(has_mark)
}

fn is_mark(key: &str, value: &str) -> bool {
    let key: String = key.chars().filter(|c| c.is_alphanumeric()).collect();
    let key = key.to_lowercase();
    let value = value.trim().to_lowercase().replace(['-', '_'], " ");
    let is_negative = NEGATIVE.contains(&value.as_str());
    if SILENT_KEYS.iter().any(|part| key.contains(part)) {
        return !is_negative;
    }
    let says_not = NEGATIVE_PARTS.iter().any(|part| value.contains(part));
    let is_about_publishing = key.contains("publ") || key.contains("disclos") || key.contains("公");
    let speaks_of_publishing = value.contains("publ") || value.contains("公");
    (is_about_publishing && (is_negative || says_not)) || (speaks_of_publishing && says_not)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_obeyed_in_every_spelling() {
        for (key, value) in [
            ("publish", "not to be published"),
            ("not-to-be-published", "1"),
            ("notPublished", "true"),
            ("published", "no"),
            ("publicity", "0"),
            ("isPublish", "false"),
            ("status", "not-to-be-published"),
            ("status", "不公布"),
            ("hidden", "yes"),
        ] {
            assert!(is_mark(key, value), "{key}={value}");
        }
        for (key, value) in [
            ("sequence", "1"),
            ("publish", "yes"),
            ("notPublished", "false"),
            ("date-publ", "20200101"),
            ("designation", "us-only"),
            ("data-format", "docdb"),
            ("app-type", "applicant"),
        ] {
            assert!(!is_mark(key, value), "{key}={value}");
        }
    }
}
