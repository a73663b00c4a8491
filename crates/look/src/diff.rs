//! What changed between two texts: words marked as added or removed, in words and by a line, not
//! by colour alone.

use crate::say;
use base::Lang;
use maud::{Markup, html};

/// Pieces of a text beyond this are compared as a whole: the table of a comparison stays small.
const PIECES_MAX: usize = 1_500;

/// Which text a piece stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Both,
    Old,
    New,
}

/// One text with what was removed and added marked in place.
pub fn diff(lang: Lang, old: &str, new: &str) -> Markup {
    let (removed, added) = (say(lang, "page-diff-removed"), say(lang, "page-diff-added"));
    if old == new {
        return html! { span { (new) } };
    }
    html! {
        span.diff {
            @for piece in compare(old, new) {
                @match piece {
                    (Side::Both, text) => (text),
                    (Side::Old, text) => { del { span.sr { (removed) " " } (text) } },
                    (Side::New, text) => { ins { span.sr { (added) " " } (text) } },
                }
            }
        }
    }
}

/// Fields with their old and new texts side by side; equal fields are left out.
pub fn diff_rows(lang: Lang, rows: &[(&str, &str, &str)]) -> Markup {
    let changed: Vec<_> = rows.iter().filter(|(_, old, new)| old != new).collect();
    if changed.is_empty() {
        return html! { p.quiet { (say(lang, "page-diff-same")) } };
    }
    html! {
        div.scroll role="region" tabindex="0" aria-label=(say(lang, "page-diff-title")) {
            table.diffs {
                caption.sr { (say(lang, "page-diff-title")) }
                thead {
                    tr {
                        th scope="col" { (say(lang, "page-diff-field")) }
                        th scope="col" { (say(lang, "page-diff-old")) }
                        th scope="col" { (say(lang, "page-diff-new")) }
                    }
                }
                tbody {
                    @for (name, old, new) in changed {
                        tr {
                            th scope="row" { (name) }
                            td { (side(old, new, false)) }
                            td { (side(old, new, true)) }
                        }
                    }
                }
            }
        }
    }
}

fn side(old: &str, new: &str, is_new: bool) -> Markup {
    html! {
        span.diff {
            @for piece in compare(old, new) {
                @match (piece.0, is_new) {
                    (Side::Both, _) => (piece.1),
                    (Side::Old, false) => { del { (piece.1) } },
                    (Side::New, true) => { ins { (piece.1) } },
                    _ => {},
                }
            }
        }
    }
}

/// The shortest edit between two texts, by words; Chinese by characters. Neighbours of one side
/// are joined.
fn compare(old: &str, new: &str) -> Vec<(Side, String)> {
    let (a, b) = (pieces(old), pieces(new));
    if a.len() > PIECES_MAX || b.len() > PIECES_MAX {
        return vec![(Side::Old, old.to_owned()), (Side::New, new.to_owned())];
    }
    let longest = common(&a, &b);
    let width = b.len() + 1;
    let (mut i, mut j, mut edit) = (0, 0, Vec::new());
    while i < a.len() || j < b.len() {
        let (side, text) = match (a.get(i), b.get(j)) {
            (Some(x), Some(y)) if x == y => (Side::Both, *x),
            (Some(x), Some(_)) if longest[(i + 1) * width + j] >= longest[i * width + j + 1] => {
                (Side::Old, *x)
            }
            (_, Some(y)) => (Side::New, *y),
            (Some(x), None) => (Side::Old, *x),
            (None, None) => break,
        };
        i += usize::from(side != Side::New);
        j += usize::from(side != Side::Old);
        push(&mut edit, side, text);
    }
    edit
}

/// Adds a piece to the last of its side, as long as only the other side lies between them.
fn push(edit: &mut Vec<(Side, String)>, side: Side, text: &str) {
    let open = edit.iter().rposition(|(known, _)| *known == Side::Both).map_or(0, |at| at + 1);
    let own = edit.iter_mut().skip(open).find(|(known, _)| *known == side);
    match (side, own) {
        (Side::Both, _) => match edit.last_mut() {
            Some((Side::Both, last)) => last.push_str(text),
            _ => edit.push((side, text.to_owned())),
        },
        (_, Some((_, known))) => known.push_str(text),
        (_, None) => edit.push((side, text.to_owned())),
    }
}

/// The length of the longest common sequence from each pair of places on.
fn common(a: &[&str], b: &[&str]) -> Vec<u16> {
    let width = b.len() + 1;
    let mut longest = vec![0_u16; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            longest[i * width + j] = if a[i] == b[j] {
                longest[(i + 1) * width + j + 1] + 1
            } else {
                longest[(i + 1) * width + j].max(longest[i * width + j + 1])
            };
        }
    }
    longest
}

/// Words with the blank behind them; every other character beyond Latin stands alone.
fn pieces(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut before: Option<char> = None;
    for (at, c) in text.char_indices() {
        let joins = before.is_some_and(|b| is_word(b) && (is_word(c) || c == ' '));
        if at > start && !joins {
            found.push(&text[start..at]);
            start = at;
        }
        before = Some(c);
    }
    if start < text.len() {
        found.push(&text[start..]);
    }
    found
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() && u32::from(c) < 0x2e80
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(old: &str, new: &str, want: &str) {
        let shown: String = compare(old, new)
            .into_iter()
            .map(|(side, text)| match side {
                Side::Both => text,
                Side::Old => format!("[-{text}]"),
                Side::New => format!("[+{text}]"),
            })
            .collect();
        assert_eq!(shown, want);
    }

    #[test]
    fn words_and_characters_are_compared() {
        check("TRL 6 proven", "TRL 8 proven", "TRL [-6 ][+8 ]proven");
        check("榫头检测", "榫头原位检测", "榫头[+原位]检测");
        check("", "new", "[+new]");
        check("a b c", "x y c", "[-a b ][+x y ]c");
        check("same", "same", "same");
    }

    #[test]
    fn very_long_texts_are_compared_as_a_whole() {
        let long = "字".repeat(PIECES_MAX + 1);
        assert_eq!(compare(&long, "x"), [(Side::Old, long), (Side::New, "x".to_owned())]);
    }
}
