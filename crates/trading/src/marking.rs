//! Texts that look marked as a state secret: they never enter.
//!
//! The patterns are a net, not a judgement: a hit is refused with its field and the class of the
//! pattern, and a confidentiality officer may release a wrong hit. Running text that only speaks of
//! secrets (商业秘密, 保守秘密) passes. The texts themselves are never repeated in a refusal.

use crate::{Content, words_of};
use base::{Level, Refusal, time::half_width};

/// The code of the refusal that a hit causes.
pub const CODE: &str = "technology-marking-found";

/// Grades, in simplified and traditional characters.
const GRADES: [&str; 6] = ["绝密", "机密", "秘密", "絕密", "機密", "祕密"];
const STARS: &str = "★☆*⭐✩✭✮";
/// A grade that follows one of these is part of a common term.
const COMMON_BEFORE: [&str; 12] = [
    "商业", "国家", "技术", "工作", "保守", "保护", "商業", "國家", "个人", "军事", "泄露", "核心",
];
/// Lines at the start of a text in which a grade that stands alone is a marking.
const FIRST_LINES: usize = 5;

words_of! {
    /// The class of a marking pattern.
    Pattern {
        GradeStar = "grade-star",
        GradeAlone = "grade-alone",
        ExamPaper = "exam-paper",
        Foreign = "foreign",
    }
}

/// The first marking in a text, a file name or a file's metadata.
pub fn find(text: &str) -> Option<Pattern> {
    if !may_hold_one(text) {
        return None;
    }
    let plain: Vec<char> = text.chars().filter(|c| !is_invisible(*c)).map(half_width).collect();
    let plain = without_inner_blanks(&plain);
    starred(&plain).or_else(|| alone(&plain)).or_else(|| foreign(&plain))
}

/// The level that a text asks for by its own words, if it does: 内部资料, 工作秘密.
pub fn proposed_level(text: &str) -> Option<Level> {
    let words = ["内部资料", "工作秘密", "内部文件", "仅供内部"];
    words.iter().any(|word| text.contains(word)).then_some(Level::Members)
}

/// A refusal for every text of the content that looks marked.
pub fn in_content(content: &Content) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let mut look = |path: String, term: &str, text: &str| {
        if let Some(pattern) = find(text) {
            refusals.push(refusal(&path, term, pattern));
        }
    };
    for (field, both) in content.texts() {
        look(format!("{field}.en"), field, &both.en);
        look(format!("{field}.zh"), field, &both.zh);
    }
    for (lang, title) in &content.other_titles {
        look(format!("other_titles.{lang}"), "title", title);
    }
    if let Some(trl) = &content.trl {
        look("trl.evidence.en".to_owned(), "trl-evidence", &trl.evidence.en);
        look("trl.evidence.zh".to_owned(), "trl-evidence", &trl.evidence.zh);
    }
    for (at, inventor) in content.inventors.iter().enumerate() {
        look(format!("inventors.{at}.name.en"), "inventors-name", &inventor.name.en);
        look(format!("inventors.{at}.name.zh"), "inventors-name", &inventor.name.zh);
    }
    for (at, right) in content.rights.iter().enumerate() {
        look(format!("rights.{at}.checked"), "rights-checked", &right.checked);
    }
    look("export.notes.en".to_owned(), "export-notes", &content.export.notes.en);
    look("export.notes.zh".to_owned(), "export-notes", &content.export.notes.zh);
    look("contact.name.en".to_owned(), "contact-name", &content.contact.name.en);
    look("contact.name.zh".to_owned(), "contact-name", &content.contact.name.zh);
    for (at, related) in content.related.iter().enumerate() {
        look(format!("related.{at}"), "related", related);
    }
    refusals
}

/// The refusal of a marked text: the field and the class, never the text.
pub fn refusal(path: &str, term: &str, pattern: Pattern) -> Refusal {
    Refusal::invalid(CODE)
        .on(path)
        .term("field", format!("field-{term}"))
        .term("pattern", format!("technology-marking-{}", pattern.word()))
}

/// Most texts hold none of these, and are not copied.
fn may_hold_one(text: &str) -> bool {
    let foreign = || {
        let upper = |word: &str| {
            text.as_bytes().windows(word.len()).any(|run| run.eq_ignore_ascii_case(word.as_bytes()))
        };
        upper("secret") || upper("noforn") || !text.is_ascii() && text.contains(['Ｓ', 'Ｎ'])
    };
    text.contains(['密']) || foreign()
}

fn is_invisible(c: char) -> bool {
    matches!(u32::from(c), 0x200b..=0x200f | 0x2060..=0x2064 | 0xfeff | 0xad)
}

/// Blanks between two characters of Chinese hide a word and separate none.
fn without_inner_blanks(plain: &[char]) -> String {
    let wide = |c: Option<&char>| c.is_some_and(|c| !c.is_ascii() && !c.is_whitespace());
    let mut kept = String::with_capacity(plain.len() * 3);
    let mut at = 0;
    while let Some(c) = plain.get(at) {
        let blanks = plain.iter().skip(at).take_while(|c| **c == ' ' || **c == '\t').count();
        if blanks > 0 && wide(kept.chars().last().as_ref()) && wide(plain.get(at + blanks)) {
            at += blanks;
            continue;
        }
        kept.push(*c);
        at += 1;
    }
    kept
}

/// A grade followed by a star, blanks between them or not.
fn starred(text: &str) -> Option<Pattern> {
    for grade in GRADES {
        for (at, _) in text.match_indices(grade) {
            let (before, rest) = text.split_at(at);
            let rest = rest.strip_prefix(grade).unwrap_or(rest).trim_start();
            let Some(star) = rest.chars().next().filter(|c| STARS.contains(*c)) else { continue };
            // 商业秘密* is a footnote's asterisk, not a marking.
            if star == '*' && COMMON_BEFORE.iter().any(|word| before.ends_with(word)) {
                continue;
            }
            let after = rest.strip_prefix(star).unwrap_or(rest).trim_start();
            let exam = after.starts_with("启用前") || after.starts_with("啟用前");
            return Some(if exam { Pattern::ExamPaper } else { Pattern::GradeStar });
        }
    }
    None
}

/// A grade that stands alone on one of the first lines, with or without a term.
fn alone(text: &str) -> Option<Pattern> {
    let lines = text.lines().filter(|line| !line.trim().is_empty()).take(FIRST_LINES);
    lines.into_iter().any(is_grade_line).then_some(Pattern::GradeAlone)
}

fn is_grade_line(line: &str) -> bool {
    let dense: String =
        line.chars().filter(|c| !c.is_whitespace() && !"【】[]()《》:-—·".contains(*c)).collect();
    let dense = dense.strip_prefix("密级").unwrap_or(&dense);
    if matches!(dense.to_ascii_uppercase().as_str(), "SECRET" | "TOPSECRET") {
        return true;
    }
    let Some(term) = GRADES.iter().find_map(|grade| dense.strip_prefix(grade)) else {
        return false;
    };
    let term = term.trim_start_matches('级');
    let number = term.trim_end_matches(['年', '个', '月', '天', '日']);
    term.is_empty() || term == "长期" || number.bytes().all(|byte| byte.is_ascii_digit())
}

/// SECRET//…, TOP SECRET//…, NOFORN as a word of its own.
fn foreign(text: &str) -> Option<Pattern> {
    let upper = text.to_ascii_uppercase();
    let slashed = upper.match_indices("SECRET").any(|(at, _)| {
        let rest = upper.split_at(at).1.trim_start_matches("SECRET");
        rest.trim_start_matches(' ').starts_with("//")
    });
    let word = upper.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == "NOFORN");
    (slashed || word).then_some(Pattern::Foreign)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, want: Option<Pattern>) {
        assert_eq!(find(text), want, "{text}");
    }

    #[test]
    fn the_table_of_markings_holds() {
        use Pattern::{ExamPaper, Foreign, GradeAlone, GradeStar};
        check("机密★10年", Some(GradeStar));
        check("秘密★", Some(GradeStar));
        check("绝密★长期", Some(GradeStar));
        check("SECRET//NOFORN", Some(Foreign));
        check("绝密★启用前", Some(ExamPaper));
        check("机密\n关于某装置的报告", Some(GradeAlone));
        check("商业秘密", None);
        check("保守秘密", None);
        check("国家秘密法", None);
        check("应当依法保守国家秘密和商业秘密，不得泄露。", None);
        check("内部资料", None);
        check("工作秘密", None);
        assert_eq!(proposed_level("本件属工作秘密"), Some(Level::Members));
        assert_eq!(proposed_level("内部资料，注意保存"), Some(Level::Members));
        assert_eq!(proposed_level("公开资料"), None);
    }

    #[test]
    fn disguises_do_not_help() {
        check("机　密 ★ 5年", Some(Pattern::GradeStar));
        check("正文 机密 ☆ 附件", Some(Pattern::GradeStar));
        check("机\u{200b}密★", Some(Pattern::GradeStar));
        check("機密＊", Some(Pattern::GradeStar));
        check("ＳＥＣＲＥＴ／／ＮＯＦＯＲＮ", Some(Pattern::Foreign));
        check("top secret // si", Some(Pattern::Foreign));
        check("密级：秘密", Some(Pattern::GradeAlone));
        check("密级:秘密", Some(Pattern::GradeAlone));
        check("【机密】", Some(Pattern::GradeAlone));
        check("绝密级 20年", Some(Pattern::GradeAlone));
    }

    #[test]
    fn running_text_passes() {
        check("商业秘密*", None);
        check("The secret of a good seal", None);
        check("机密计算用可信执行环境", None);
        check("a\nb\nc\nd\ne\n机密", None);
        check("trade secret/know-how", None);
    }

    #[test]
    fn a_refusal_names_field_and_class_and_not_the_text() {
        let mut content = Content::default();
        content.description.zh = "机密★10年 某型号".to_owned();
        let refusals = in_content(&content);
        assert_eq!(refusals.len(), 1);
        assert_eq!(refusals[0].field.as_deref(), Some("description.zh"));
        assert!(!format!("{refusals:?}").contains("型号"));
    }
}
