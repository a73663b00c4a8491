//! The messages of both languages, read once, and how values are put into them.

use crate::files::FILES;
use base::Lang;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::collections::BTreeSet;
use std::sync::LazyLock;

type Bundle = FluentBundle<FluentResource>;

static EN: LazyLock<Bundle> = LazyLock::new(|| read(Lang::En));
static ZH: LazyLock<Bundle> = LazyLock::new(|| read(Lang::Zh));

/// A value to be put into a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arg {
    /// Goes in as it is.
    Text(String),
    /// Chooses the plural form, and is written with its thousands marked.
    Number(i64),
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for Arg {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Arg {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<usize> for Arg {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

/// The text of this key; `key.help` asks for an attribute. A missing key shows itself.
pub fn say(lang: Lang, key: &str) -> String {
    say_with(lang, key, &[])
}

/// The text of this key with values put in.
pub fn say_with(lang: Lang, key: &str, args: &[(&str, Arg)]) -> String {
    find(lang, key, args).unwrap_or_else(|| format!("⟦{key}⟧"))
}

/// Whether both languages have a text for this key (or `key.attribute`).
pub fn has(key: &str) -> bool {
    Lang::ALL.into_iter().all(|lang| {
        let (id, attribute) = split(key);
        let message = bundle(lang).get_message(id);
        message.is_some_and(|message| match attribute {
            Some(name) => message.get_attribute(name).is_some(),
            None => message.value().is_some(),
        })
    })
}

/// Every key, in order, without attributes.
pub fn keys() -> BTreeSet<&'static str> {
    FILES.iter().flat_map(|file| file.en.lines()).filter_map(key_of_line).collect()
}

/// The text of this key, or nothing where it is missing.
pub(crate) fn find(lang: Lang, key: &str, args: &[(&str, Arg)]) -> Option<String> {
    let (id, attribute) = split(key);
    let bundle = bundle(lang);
    let message = bundle.get_message(id)?;
    let pattern = match attribute {
        Some(name) => message.get_attribute(name)?.value(),
        None => message.value()?,
    };
    let mut values = FluentArgs::with_capacity(args.len());
    for (name, arg) in args {
        let value = match arg {
            Arg::Text(text) => FluentValue::from(text.as_str()),
            Arg::Number(number) => FluentValue::from(*number),
        };
        values.set(*name, value);
    }
    // A missing variable stays visible in the text as `{$name}`; a page never fails over it.
    let mut problems = Vec::new();
    Some(bundle.format_pattern(pattern, Some(&values), &mut problems).into_owned())
}

/// The key that a line of a file begins, if it does.
pub(crate) fn key_of_line(line: &str) -> Option<&str> {
    let key = line.split_once('=')?.0.trim_end();
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (key.starts_with(|c: char| c.is_ascii_lowercase()) && key.chars().all(plain)).then_some(key)
}

fn split(key: &str) -> (&str, Option<&str>) {
    match key.split_once('.') {
        Some((id, attribute)) => (id, Some(attribute)),
        None => (key, None),
    }
}

fn bundle(lang: Lang) -> &'static Bundle {
    match lang {
        Lang::En => &EN,
        Lang::Zh => &ZH,
    }
}

fn read(lang: Lang) -> Bundle {
    let tag = lang.tag().parse().expect("both tags of base are well formed");
    let mut bundle = Bundle::new_concurrent(vec![tag]);
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(match lang {
        Lang::En => |value, _| write_number(Lang::En, value),
        Lang::Zh => |value, _| write_number(Lang::Zh, value),
    }));
    for file in FILES {
        let source = match lang {
            Lang::En => file.en,
            Lang::Zh => file.zh,
        };
        // What cannot be read or is there twice is found by the tests below; the rest still works.
        let resource = match FluentResource::try_new(source.to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        let _twice = bundle.add_resource(resource);
    }
    bundle
}

#[expect(clippy::cast_possible_truncation, reason = "only whole numbers below 2^53 come in")]
fn write_number(lang: Lang, value: &FluentValue<'_>) -> Option<String> {
    match value {
        FluentValue::Number(number) if number.value.fract() == 0.0 => {
            Some(crate::number(lang, number.value as i64))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use std::path::Path;

    fn sources() -> impl Iterator<Item = (&'static str, Lang, &'static str)> {
        FILES
            .iter()
            .flat_map(|file| [(file.noun, Lang::En, file.en), (file.noun, Lang::Zh, file.zh)])
    }

    /// Key or `key.attribute` → the variables in it.
    fn variables(source: &str) -> BTreeMap<String, BTreeSet<String>> {
        let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let (mut key, mut entry) = (String::new(), String::new());
        for line in source.lines().filter(|line| !line.starts_with('#')) {
            let inner = line.trim_start();
            if let Some(name) = key_of_line(line) {
                key = name.to_owned();
                entry = key.clone();
            } else if let Some((name, _)) =
                inner.strip_prefix('.').and_then(|rest| rest.split_once('='))
            {
                entry = format!("{key}.{}", name.trim());
            }
            let names = found.entry(entry.clone()).or_default();
            for part in line.split('$').skip(1) {
                names.insert(
                    part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect(),
                );
            }
        }
        found
    }

    #[test]
    fn every_file_on_the_disk_is_in_the_list() {
        let listed: BTreeSet<String> =
            FILES.iter().map(|file| format!("{}.ftl", file.noun)).collect();
        for folder in ["en", "zh-Hans"] {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
            let found: BTreeSet<String> = std::fs::read_dir(folder)
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect();
            assert_eq!(found, listed);
        }
    }

    #[test]
    fn every_file_is_well_formed() {
        for (noun, lang, source) in sources() {
            if let Err((_, problems)) = FluentResource::try_new(source.to_owned()) {
                panic!("{}/{noun}.ftl: {problems:?}", lang.tag());
            }
        }
    }

    #[test]
    fn no_key_is_there_twice() {
        for lang in Lang::ALL {
            let mut seen = BTreeSet::new();
            for (noun, _, source) in sources().filter(|(_, of, _)| *of == lang) {
                for key in source.lines().filter_map(key_of_line) {
                    assert!(seen.insert(key), "{}/{noun}.ftl: {key} twice", lang.tag());
                }
            }
        }
    }

    #[test]
    fn a_key_begins_with_its_noun() {
        for (noun, lang, source) in sources() {
            for key in source.lines().filter_map(key_of_line) {
                let known = [noun, "refusal", "field"].iter().any(|prefix| {
                    key.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('-'))
                });
                assert!(known, "{}/{noun}.ftl: {key}", lang.tag());
            }
        }
    }

    #[test]
    fn both_languages_have_the_same_keys_and_variables() {
        for file in FILES {
            let (en, zh) = (variables(file.en), variables(file.zh));
            let keys = |of: &BTreeMap<String, _>| of.keys().cloned().collect::<BTreeSet<_>>();
            assert_eq!(keys(&en), keys(&zh), "keys of {}", file.noun);
            for (key, names) in &en {
                assert_eq!(names, &zh[key], "variables of {key}");
            }
        }
    }

    #[test]
    fn every_refusal_has_a_way_out() {
        for key in keys().into_iter().filter(|key| key.starts_with("refusal-")) {
            assert!(has(&format!("{key}.help")), "{key} needs .help");
        }
    }

    #[test]
    fn chinese_marks_are_full_width() {
        let han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
        for (noun, lang, source) in sources().filter(|(_, lang, _)| *lang == Lang::Zh) {
            for line in source.lines().filter(|line| !line.starts_with('#')) {
                let letters: Vec<char> = line.chars().collect();
                for pair in letters.windows(2) {
                    let wrong = han(pair[0]) && ",;:?!()".contains(pair[1]);
                    assert!(!wrong, "{}/{noun}.ftl: {line}", lang.tag());
                }
            }
        }
    }

    #[test]
    fn a_missing_key_shows_itself() {
        assert_eq!(say(Lang::En, "no-such-key"), "⟦no-such-key⟧");
        assert!(!has("no-such-key") && has("shell-name") && has("refusal-not-found.help"));
        assert!(keys().contains("shell-name"));
    }

    #[test]
    fn values_go_in_with_plurals_and_without_marks() {
        let rows = |lang, count: i64| say_with(lang, "table-rows", &[("count", count.into())]);
        assert_eq!(rows(Lang::En, 1), "1 row");
        assert_eq!(rows(Lang::En, 12_345), "12,345 rows");
        assert_eq!(rows(Lang::Zh, 12_345), "共12,345行");
        let title = say_with(Lang::Zh, "shell-title", &[("thing", "涡轮叶片".into())]);
        assert_eq!(title, "涡轮叶片 · 领航");
    }
}
