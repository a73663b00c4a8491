//! People's order: the alphabet for English, pinyin for Chinese; numbers inside names by value.

use base::Lang;
use icu_collator::options::CollatorOptions;
use icu_collator::preferences::CollationNumericOrdering;
use icu_collator::{CollatorBorrowed, CollatorPreferences};
use icu_locale_core::locale;
use std::cmp::Ordering;
use std::sync::LazyLock;

static EN: LazyLock<CollatorBorrowed<'static>> = LazyLock::new(|| collator(Lang::En));
static ZH: LazyLock<CollatorBorrowed<'static>> = LazyLock::new(|| collator(Lang::Zh));

/// Which of two names comes first for readers of this language.
pub fn compare(lang: Lang, a: &str, b: &str) -> Ordering {
    match lang {
        Lang::En => EN.compare(a, b),
        Lang::Zh => ZH.compare(a, b),
    }
}

/// Sorts things by their names; equal names keep their order.
pub fn sort_by_name<T>(lang: Lang, things: &mut [T], name: impl Fn(&T) -> &str) {
    things.sort_by(|a, b| compare(lang, name(a), name(b)));
}

/// Names in one row: `a, b and c`, `甲、乙和丙`.
pub fn list<S: AsRef<str>>(lang: Lang, names: &[S]) -> String {
    let (between, last) = match lang {
        Lang::En => (", ", " and "),
        Lang::Zh => ("、", "和"),
    };
    match names {
        [] => String::new(),
        [only] => only.as_ref().to_owned(),
        [first @ .., end] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{}{last}{}", first.join(between), end.as_ref())
        }
    }
}

fn collator(lang: Lang) -> CollatorBorrowed<'static> {
    let locale = match lang {
        Lang::En => locale!("en"),
        Lang::Zh => locale!("zh-Hans"),
    };
    let mut preferences = CollatorPreferences::from(locale);
    preferences.numeric_ordering = Some(CollationNumericOrdering::True);
    CollatorBorrowed::try_new(preferences, CollatorOptions::default())
        .expect("collation data of both languages is compiled in")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(lang: Lang, want: &[&str]) {
        let mut names = want.to_vec();
        names.reverse();
        sort_by_name(lang, &mut names, |name| name);
        assert_eq!(names, want);
    }

    #[test]
    fn names_come_in_the_order_people_expect() {
        check(Lang::En, &["aerospace", "Bell", "émigré", "zinc", "绵阳"]);
        check(Lang::Zh, &["北京", "成都", "绵阳", "四川", "中物院"]);
        check(Lang::Zh, &["CT-2", "CT-10"]);
    }

    #[test]
    fn names_stand_in_one_row() {
        assert_eq!(list(Lang::En, &["a", "b", "c"]), "a, b and c");
        assert_eq!(list(Lang::Zh, &["甲", "乙", "丙"]), "甲、乙和丙");
        assert_eq!(list::<&str>(Lang::En, &[]), "");
    }
}
