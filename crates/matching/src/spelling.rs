//! Proposals for mistyped words, and pinyin keys for suggestions.
//!
//! Proposals never replace what was typed; pinyin never takes part in ranking.
use pinyin::ToPinyinMulti;

use crate::analysis::{fold, is_han};

/// As many readings of one word are kept.
pub const READINGS_MAX: usize = 16;
/// So many characters at the head of a word are read.
pub const READ_CHARS_MAX: usize = 12;
/// Keys in an index are no longer than this; what they find is compared with the whole keys.
pub const SHORT_KEY_CHARS: usize = 8;
/// So many Han characters are read for them …
const SHORT_READ_CHARS: usize = 4;
/// … in so many ways: an index of rare readings would be mostly noise.
const SHORT_READINGS_MAX: usize = 4;

/// How many edits a word of so many letters forgives.
pub fn edits_forgiven(n_letters: usize) -> usize {
    match n_letters {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

/// The best word within the forgiven edits: fewest edits, then most documents, then by bytes.
pub fn propose<'a>(word: &str, known: impl IntoIterator<Item = (&'a str, u64)>) -> Option<String> {
    let letters: Vec<char> = word.chars().collect();
    let forgiven = edits_forgiven(letters.len());
    if forgiven == 0 || letters.iter().any(|ch| is_han(*ch)) {
        return None;
    }
    let mut best: Option<(usize, u64, &str)> = None;
    for (other, count) in known {
        if other.len().abs_diff(word.len()) > forgiven * 4 || other == word {
            continue;
        }
        let Some(edits) = edits_between(&letters, other, forgiven) else { continue };
        let is_better = best.is_none_or(|(least, most, first)| {
            (edits, std::cmp::Reverse(count), other) < (least, std::cmp::Reverse(most), first)
        });
        if is_better {
            best = Some((edits, count, other));
        }
    }
    best.map(|(_, _, other)| other.to_owned())
}

/// Edits between two words (a swap of neighbours is one), unless there are more than `most`.
fn edits_between(word: &[char], other: &str, most: usize) -> Option<usize> {
    let other: Vec<char> = other.chars().collect();
    if word.len().abs_diff(other.len()) > most {
        return None;
    }
    let mut older: Vec<usize> = Vec::new();
    let mut before: Vec<usize> = (0..=other.len()).collect();
    for (row, ch) in word.iter().enumerate() {
        let mut now = Vec::with_capacity(before.len());
        now.push(row + 1);
        for (column, to) in other.iter().enumerate() {
            let change = before[column] + usize::from(ch != to);
            let mut edits = change.min(before[column + 1] + 1).min(now[column] + 1);
            let is_swap = row > 0 && column > 0 && word[row - 1] == *to && other[column - 1] == *ch;
            if is_swap {
                edits = edits.min(older[column - 1] + 1);
            }
            now.push(edits);
        }
        if now.iter().min().is_some_and(|least| *least > most) {
            return None;
        }
        older = std::mem::replace(&mut before, now);
    }
    before.last().copied().filter(|edits| *edits <= most)
}

/// Keys under which a text is suggested: folded text, pinyin syllables, pinyin initials.
///
/// Other characters stand for themselves, without blanks; a key is as long as the head that is
/// read, so a caller compares prefixes.
pub fn keys(text: &str) -> Vec<String> {
    let head = head(text, READ_CHARS_MAX);
    let mut keys = vec![head.iter().collect::<String>()];
    if head.iter().any(|ch| is_han(*ch)) {
        read(head, READINGS_MAX, &mut keys);
    }
    keys
}

/// The heads of the keys that an index keeps: of pinyin, or of a Latin text itself.
pub fn short_keys(text: &str) -> Vec<String> {
    let mut head = head(text, SHORT_KEY_CHARS);
    let mut keys = Vec::new();
    if head.iter().any(|ch| is_han(*ch)) {
        head.truncate(SHORT_READ_CHARS);
        read(head, SHORT_READINGS_MAX, &mut keys);
    } else if !head.is_empty() {
        keys.push(head.into_iter().collect());
    }
    for key in &mut keys {
        if let Some((end, _)) = key.char_indices().nth(SHORT_KEY_CHARS) {
            key.truncate(end);
        }
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The short keys under which a text that begins like `prefix` may lie: keys that begin with
/// the first answer, and the keys that equal one of the others.
pub fn short_prefixes(prefix: &str) -> (&str, Vec<&str>) {
    let border = |n: usize| prefix.char_indices().nth(n).map_or(prefix.len(), |(at, _)| at);
    let end = border(SHORT_KEY_CHARS);
    let mut shorter: Vec<&str> = (SHORT_READ_CHARS..SHORT_KEY_CHARS)
        .map(|n| &prefix[..border(n)])
        .filter(|key| key.len() < end)
        .collect();
    shorter.dedup();
    (&prefix[..end], shorter)
}

fn head(text: &str, n: usize) -> Vec<char> {
    // Blanks and signs fall away, so a little more of the text is folded than is read.
    let end = text.char_indices().nth(n * 3).map_or(text.len(), |(at, _)| at);
    fold(&text[..end]).chars().filter(|ch| ch.is_alphanumeric()).take(n).collect()
}

/// Adds the readings of a head: its syllables, and their initials.
fn read(head: Vec<char>, readings_max: usize, keys: &mut Vec<String>) {
    let mut readings = vec![(String::new(), String::new())];
    for ch in head {
        let sounds = sounds(ch);
        if sounds.len() < 2 {
            let only = sounds.first().copied();
            for (whole, initials) in &mut readings {
                push_sound(whole, only, ch);
                initials.push(only.and_then(|sound| sound.chars().next()).unwrap_or(ch));
            }
            continue;
        }
        let mut longer = Vec::with_capacity(readings_max);
        // The first sound is the commonest, so what is left out is the rarest.
        for sound in &sounds {
            for (whole, initials) in readings.iter().take(readings_max - longer.len()) {
                let (mut whole, mut initials) = (whole.clone(), initials.clone());
                push_sound(&mut whole, Some(sound), ch);
                initials.extend(sound.chars().next());
                longer.push((whole, initials));
            }
        }
        readings = longer;
    }
    for (whole, initials) in readings {
        for key in [whole, initials] {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
    }
}

/// Appends a sound, or the character itself if it has none; `ü` is written `v`.
fn push_sound(whole: &mut String, sound: Option<&str>, ch: char) {
    match sound {
        Some(sound) => whole.extend(sound.chars().map(|ch| if ch == 'ü' { 'v' } else { ch })),
        None => whole.push(ch),
    }
}

/// The toneless sounds of a character, commonest first.
fn sounds(ch: char) -> Vec<&'static str> {
    let Some(multi) = ch.to_pinyin_multi() else { return Vec::new() };
    let mut sounds: Vec<&'static str> = Vec::new();
    for sound in multi {
        if !sounds.contains(&sound.plain()) {
            sounds.push(sound.plain());
        }
    }
    sounds
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn typing_slips_are_forgiven_by_length() {
        let known =
            [("laser", 5), ("welding", 9), ("wielding", 2), ("semiconductor", 1), ("las", 1)];
        let check = |word: &str, expect: Option<&str>| {
            assert_eq!(propose(word, known).as_deref(), expect, "{word}");
        };
        check("lasr", Some("laser"));
        check("alser", Some("laser"));
        check("weldin", Some("welding"));
        check("semicondutcro", Some("semiconductor"));
        check("semikontuktor", None);
        check("las", None);
        check("laser", None);
        check("激光", None);
    }

    /// Scenario 11.
    #[test]
    fn pinyin_keys_are_syllables_and_initials() {
        let keys_of = keys("绵阳");
        assert!(keys_of.contains(&"绵阳".to_owned()));
        assert!(keys_of.contains(&"mianyang".to_owned()));
        assert!(keys_of.contains(&"my".to_owned()));
        assert!(keys("重庆").contains(&"chongqing".to_owned()));
        assert_eq!(keys("Laser 5G"), ["laser5g"]);
        assert!(keys("吕").contains(&"lv".to_owned()));
    }

    #[test]
    fn short_keys_begin_like_the_keys() {
        assert_eq!(short_keys("绵阳科技城"), ["mianyang", "mykj", "mykq"]);
        assert_eq!(short_keys("Laser welding"), ["laserwel"]);
        assert!(short_keys("。").is_empty());
        assert_eq!(short_prefixes("my"), ("my", vec![]));
        assert_eq!(short_prefixes("mykjc"), ("mykjc", vec!["mykj"]));
        assert_eq!(short_prefixes("mianyangke").0, "mianyang");
    }

    proptest! {
        #[test]
        fn keys_are_bounded(text in "\\PC{0,80}|[行长重乐朝]{0,30}") {
            let keys = keys(&text);
            prop_assert!(keys.len() <= 1 + 2 * READINGS_MAX);
        }
    }
}
