//! Finding instruments by what one wants measured: words against what each is and can, distance,
//! class, owner, standard.
//!
//! A city has a few thousand instruments, so every question looks at all of them that the reader
//! may see; the order is by how well the words fit, then by distance, then by name.

use crate::capability::standard_key;
use crate::place::Point;
use crate::sheet::{Mode, Sheet};
use crate::term::{fold, forms, is_han, words};

/// The texts of an instrument in which is looked, folded once when it is saved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts {
    /// Names, model and makers.
    pub names: String,
    /// What it measures and on what.
    pub measures: String,
    /// Everything else that is said of it.
    pub rest: String,
    /// Keys of the standards it serves, each between bars.
    pub standards: String,
}

impl Texts {
    /// The texts of a sheet; `class` is the name of its class in both languages.
    pub fn of(sheet: &Sheet, class: &str) -> Self {
        let mut names = vec![sheet.name.en.as_str(), &sheet.name.zh, &sheet.model];
        names.extend(sheet.makers.iter().map(|maker| maker.name.as_str()));
        let (mut measures, mut rest) = (Vec::new(), vec![class]);
        let mut standards = String::from("|");
        for it in &sheet.capabilities {
            measures.extend([it.parameter.en.as_str(), &it.parameter.zh]);
            measures.extend([it.object.en.as_str(), &it.object.zh]);
            rest.extend([it.method.en.as_str(), &it.method.zh, &it.sample.en, &it.sample.zh]);
            rest.extend([it.precision.en.as_str(), &it.precision.zh]);
            for number in &it.standards {
                let key = standard_key(number);
                if !standards.contains(&format!("|{key}|")) {
                    standards.push_str(&key);
                    standards.push('|');
                }
            }
        }
        for both in [
            &sheet.description,
            &sheet.indicators,
            &sheet.functions,
            &sheet.fields,
            &sheet.services,
            &sheet.department,
            &sheet.place.site,
            &sheet.place.building,
        ] {
            rest.extend([both.en.as_str(), &both.zh]);
        }
        let join = |parts: Vec<&str>| {
            let full: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            fold(&full.join(" · "))
        };
        Self { names: join(names), measures: join(measures), rest: join(rest), standards }
    }
}

/// What is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    pub text: String,
    /// The first digits of classes, any of them; none asks for all.
    pub classes: Vec<String>,
    pub modes: Vec<Mode>,
    /// The number of a standard.
    pub standard: String,
    /// From where, and how many metres away at most.
    pub near: Option<(Point, u64)>,
}

/// A question made ready: words apart, forms known, the standard as it is compared.
#[derive(Clone, Debug)]
pub struct Asked {
    words: Vec<Vec<String>>,
    /// The whole text as a standard's number, for who types one into the one box.
    typed_standard: String,
    question: Question,
    standard: String,
    /// Whether an instrument may lack some of the words.
    is_loose: bool,
}

impl Question {
    /// Makes it ready.
    pub fn ready(&self) -> Asked {
        let words = words(&self.text)
            .iter()
            .map(|word| forms(word).into_iter().map(str::to_owned).collect())
            .collect();
        let typed = standard_key(&self.text);
        let has_digit = typed.bytes().any(|byte| byte.is_ascii_digit());
        Asked {
            words,
            typed_standard: if has_digit { typed } else { String::new() },
            standard: standard_key(&self.standard),
            question: self.clone(),
            is_loose: false,
        }
    }
}

/// What is known of an instrument while it is looked for.
pub struct Candidate<'a> {
    pub texts: &'a Texts,
    pub class: &'a str,
    pub mode: Mode,
    pub point: Option<Point>,
}

/// How well an instrument fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fit {
    /// More is better.
    pub score: u32,
    /// Words that it has.
    pub words: usize,
    pub metres: Option<u64>,
}

const NAME_POINTS: u32 = 12;
const MEASURE_POINTS: u32 = 10;
const REST_POINTS: u32 = 2;
const STANDARD_POINTS: u32 = 40;

impl Asked {
    /// Whether nothing narrows the list.
    pub fn is_open(&self) -> bool {
        self.question == Question::default()
    }

    /// The same question to which an instrument also fits that has only some of the words; nothing
    /// where there is one word alone. Of Chinese, which has no blanks, every pair counts as a word.
    pub fn loosened(&self) -> Option<Self> {
        let words: Vec<Vec<String>> = self
            .words
            .iter()
            .flat_map(|word| match word.first().map(|typed| pairs(typed)) {
                Some(pairs) if pairs.len() > 1 => pairs.into_iter().map(|it| vec![it]).collect(),
                _ => vec![word.clone()],
            })
            .collect();
        (words.len() > 1).then(|| Self { words, is_loose: true, ..self.clone() })
    }

    /// How well it fits; nothing where it does not.
    pub fn fit(&self, it: &Candidate<'_>) -> Option<Fit> {
        let asked = &self.question;
        let is_of = |class: &String| it.class.starts_with(class.as_str());
        if !asked.classes.is_empty() && !asked.classes.iter().any(is_of) {
            return None;
        }
        if !asked.modes.is_empty() && !asked.modes.contains(&it.mode) {
            return None;
        }
        if !self.standard.is_empty() && !serves(&it.texts.standards, &self.standard) {
            return None;
        }
        let metres = match asked.near {
            None => None,
            Some((point, most)) => {
                let metres = it.point?.metres_to(point);
                if metres > most {
                    return None;
                }
                Some(metres)
            }
        };
        let (score, words) = self.score(it.texts)?;
        Some(Fit { score, words, metres })
    }

    /// The points of what it has, and how many of the words.
    fn score(&self, texts: &Texts) -> Option<(u32, usize)> {
        let by_number =
            !self.typed_standard.is_empty() && serves(&texts.standards, &self.typed_standard);
        if by_number {
            return Some((STANDARD_POINTS, self.words.len()));
        }
        let (mut sum, mut has) = (0, 0);
        for word in &self.words {
            // The word itself counts more than another that means the same.
            let best = word
                .iter()
                .enumerate()
                .map(|(at, form)| points(texts, form) * if at == 0 { 4 } else { 3 })
                .max()
                .unwrap_or(0);
            if best == 0 && !self.is_loose {
                return None;
            }
            sum += best;
            has += usize::from(best > 0);
        }
        (has > 0 || !self.is_loose).then_some((sum, has))
    }
}

/// Whether a list of keys between bars has this one, or one of it with a year.
fn serves(standards: &str, key: &str) -> bool {
    standards.contains(&format!("|{key}|")) || standards.contains(&format!("|{key}-"))
}

fn points(texts: &Texts, form: &str) -> u32 {
    if holds(&texts.names, form) {
        NAME_POINTS
    } else if holds(&texts.measures, form) {
        MEASURE_POINTS
    } else if holds(&texts.rest, form) {
        REST_POINTS
    } else if form.chars().all(is_han) && form.chars().count() > 2 {
        // Chinese is written without blanks: of what somebody typed in one go every pair may stand
        // somewhere else.
        by_pairs(texts, form)
    } else {
        0
    }
}

/// Neighbouring characters of what is all Chinese and longer than two; nothing of another word.
fn pairs(form: &str) -> Vec<String> {
    let chars: Vec<char> = form.chars().collect();
    if chars.len() < 3 || !form.chars().all(is_han) {
        return Vec::new();
    }
    chars.windows(2).map(|pair| pair.iter().collect()).collect()
}

fn by_pairs(texts: &Texts, form: &str) -> u32 {
    let pairs = pairs(form);
    let has = |text: &str, pair: &String| text.contains(pair.as_str());
    let n_close =
        pairs.iter().filter(|it| has(&texts.names, it) || has(&texts.measures, it)).count();
    let n_far = pairs.iter().filter(|it| has(&texts.rest, it)).count();
    // Two thirds of the pairs, so that a word between two others costs nothing.
    if n_close * 3 >= pairs.len() * 2 {
        MEASURE_POINTS / 2
    } else if (n_close.max(n_far)) * 3 >= pairs.len() * 2 {
        REST_POINTS / 2
    } else {
        0
    }
}

/// Whether a text has a word: a short Latin one only where a word begins and ends, so that SEM is
/// not found in "assembly".
fn holds(text: &str, form: &str) -> bool {
    if form.len() > 4 || !form.is_ascii() {
        return text.contains(form);
    }
    text.match_indices(form).any(|(at, _)| {
        let is_edge = |c: Option<char>| !c.is_some_and(|c| c.is_ascii_alphanumeric());
        is_edge(text[..at].chars().next_back()) && is_edge(text[at + form.len()..].chars().next())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Capability;
    use base::Bilingual;

    fn sheet() -> Sheet {
        Sheet {
            name: Bilingual::new("X-ray diffractometer", "X射线衍射仪"),
            model: "Smart 9".to_owned(),
            capabilities: vec![Capability {
                parameter: Bilingual::new("Crystal phase", "物相组成"),
                object: Bilingual::new("Powders", "粉末样品"),
                standards: vec!["GB/T 23413-2009".to_owned()],
                ..Capability::default()
            }],
            description: Bilingual::new("Assembly hall, well lit", "装配大厅"),
            ..Sheet::default()
        }
    }

    /// How many of the words it has, asked loosely.
    fn loosely(text: &str) -> Option<usize> {
        let texts = Texts::of(&sheet(), "Analytical instruments 分析仪器");
        let it = Candidate { texts: &texts, class: "010301", mode: Mode::Bookings, point: None };
        let question = Question { text: text.to_owned(), ..Question::default() };
        question.ready().loosened()?.fit(&it).map(|fit| fit.words)
    }

    #[test]
    fn most_of_the_words_are_an_answer_where_asked_for() {
        // The first two are one word.
        assert_eq!(loosely("crystal phase of titanium"), Some(1));
        assert_eq!(loosely("fatigue of titanium"), None);
        assert_eq!(loosely("钛合金的物相"), Some(1));
        // One word alone has nothing to leave out.
        assert_eq!(loosely("titanium"), None);
    }

    #[test]
    fn words_that_say_nothing_do_not_count() {
        let of = |text: &str| Question { text: text.to_owned(), ..Question::default() };
        check(of("the crystal phase of powders"), true);
        check(of("phase of steel"), false);
        // Nothing but such words narrows nothing.
        check(of("of"), true);
    }

    fn check(question: Question, want: bool) {
        let texts = Texts::of(&sheet(), "Analytical instruments 分析仪器");
        let point = Point::parse("31.4675", "104.6791");
        let it = Candidate { texts: &texts, class: "010301", mode: Mode::Bookings, point };
        let found = question.ready().fit(&it);
        assert_eq!(found.is_some(), want, "{question:?}");
    }

    #[test]
    fn it_is_found_by_what_one_wants_measured() {
        let text = |text: &str| Question { text: text.to_owned(), ..Question::default() };
        for found in [
            "",
            "XRD",
            "xrd 粉末",
            "x-ray diffraction",
            "衍射",
            "粉末物相",
            "crystal phase of powders",
            "GB/T 23413",
            "gb/t23413—2009",
            "分析仪器",
            "装配大厅",
        ] {
            check(text(found), true);
        }
        for missed in ["SEM", "扫描电镜", "xrd water", "GB/T 99999", "粒度"] {
            check(text(missed), false);
        }
    }

    #[test]
    fn every_condition_narrows() {
        let open = Question::default();
        check(Question { classes: vec!["02".to_owned(), "01".to_owned()], ..open.clone() }, true);
        check(Question { classes: vec!["02".to_owned()], ..open.clone() }, false);
        check(Question { standard: "GB/T 23413".to_owned(), ..open.clone() }, true);
        check(Question { standard: "GB/T 2341".to_owned(), ..open.clone() }, false);
        check(Question { modes: vec![Mode::Samples], ..open.clone() }, false);
        let chengdu = Point::parse("30.5728", "104.0668").expect("a point");
        check(Question { near: Some((chengdu, 200_000)), ..open.clone() }, true);
        check(Question { near: Some((chengdu, 20_000)), ..open }, false);
    }

    #[test]
    fn the_name_weighs_more_than_a_word_in_passing() {
        let mut passing = sheet();
        passing.name = Bilingual::new("Furnace", "炉");
        passing.description = Bilingual::new("beside the diffractometer hall", "");
        let ask = Question { text: "diffractometer".to_owned(), ..Question::default() }.ready();
        let score = |sheet: &Sheet| ask.score(&Texts::of(sheet, "")).map_or(0, |(score, _)| score);
        assert!(score(&sheet()) > score(&passing));
    }
}
