//! What the address of a list asks for: words, filters, order, page. The address *is* the filter.

use base::{Bilingual, Lang, OrganisationId, time::half_width};
use edge::Fields;
use search::Filters;
use std::collections::BTreeMap;
use trading::FieldTree;
use trading::listing::DealMode;
use trading::saved_search::Question;
use trading::technology::RightStatus;

/// Names in the address that say where in a list one is, not what it holds.
const PLACE: [&str; 3] = ["after", "page", "lang"];
/// Values of one filter at most.
const VALUES_MAX: usize = 40;

/// One question of the filter panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Field,
    Owner,
    Trl,
    Status,
    Mode,
    Year,
    Class,
}

impl Group {
    /// All of them, in the order of the panel.
    pub const ALL: [Self; 7] =
        [Self::Field, Self::Owner, Self::Trl, Self::Status, Self::Mode, Self::Year, Self::Class];
}

/// A filtered list as its address asks for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    pub words: String,
    pub fields: Vec<String>,
    pub owners: Vec<String>,
    pub trl: (Option<u8>, Option<u8>),
    pub statuses: Vec<String>,
    pub modes: Vec<String>,
    pub years: (Option<u16>, Option<u16>),
    pub classes: Vec<String>,
    /// The reader's own organisations', in every state.
    pub is_own: bool,
    /// The newest first, although there are words.
    pub is_newest: bool,
    /// Where the page before ended.
    pub after: Option<String>,
    /// The page of a list in the order of time, from 1.
    pub page: usize,
    /// Parts of the address that are not understood: said, never silently dropped.
    pub unknown: Vec<String>,
}

/// A filter that is set, in words, and the list without it.
pub struct Set {
    pub text: String,
    pub without: Wanted,
}

impl Wanted {
    /// Reads an address.
    pub fn read(query: &Fields, tree: &FieldTree) -> Self {
        let mut wanted = Self { page: 1, ..Self::default() };
        for (name, value) in &query.0 {
            let value = value.trim();
            if !value.is_empty() && !wanted.take(name, value, tree) {
                wanted.unknown.push(format!("{name}={value}").chars().take(80).collect());
            }
        }
        wanted.unknown.truncate(10);
        wanted
    }

    /// Takes one pair; `false` if it is not understood.
    fn take(&mut self, name: &str, value: &str, tree: &FieldTree) -> bool {
        let push = |values: &mut Vec<String>, value: &str| {
            if values.len() < VALUES_MAX && !values.iter().any(|known| known == value) {
                values.push(value.to_owned());
            }
            true
        };
        match name {
            "q" => value.clone_into(&mut self.words),
            "field" if tree.get(value).is_some() => return push(&mut self.fields, value),
            "owner" if OrganisationId::parse(value).is_ok() => {
                return push(&mut self.owners, value);
            }
            "status" if RightStatus::parse(value).is_some() => {
                return push(&mut self.statuses, value);
            }
            "mode" if DealMode::parse(value).is_some() => return push(&mut self.modes, value),
            "class" if value.chars().count() <= 32 => {
                return push(&mut self.classes, &value.to_uppercase());
            }
            "trl_from" => return number(value, 1..=9, &mut self.trl.0),
            "trl_to" => return number(value, 1..=9, &mut self.trl.1),
            "year_from" => return number(value, 1800..=2200, &mut self.years.0),
            "year_to" => return number(value, 1800..=2200, &mut self.years.1),
            "own" => self.is_own = value == "1",
            "order" => {
                self.is_newest = value == "newest";
                return self.is_newest || value == "best";
            }
            "after" => self.after = Some(value.to_owned()),
            "page" => match value.parse() {
                Ok(page) if (1..=1_000).contains(&page) => self.page = page,
                _ => return false,
            },
            "lang" | "by" | "format" => {}
            _ => return false,
        }
        true
    }

    /// What is kept when the search is saved; a place in the list and an order are not.
    pub fn question(&self) -> Question {
        Question {
            words: self.words.clone(),
            fields: self.fields.clone(),
            owners: self.owners.clone(),
            trl_min: self.trl.0,
            trl_max: self.trl.1,
            statuses: self.statuses.clone(),
            modes: self.modes.clone(),
            year_min: self.years.0,
            year_max: self.years.1,
            classes: self.classes.clone(),
        }
    }

    /// The list that a saved search asks for.
    pub fn of(question: &Question) -> Self {
        Self {
            words: question.words.clone(),
            fields: question.fields.clone(),
            owners: question.owners.clone(),
            trl: (question.trl_min, question.trl_max),
            statuses: question.statuses.clone(),
            modes: question.modes.clone(),
            years: (question.year_min, question.year_max),
            classes: question.classes.clone(),
            page: 1,
            ..Self::default()
        }
    }

    /// The filters as the index takes them; a field stands for all below it.
    pub fn filters(&self, tree: &FieldTree) -> Filters {
        let below = |wanted: &String| {
            let inside = tree.fields().iter().filter(|field| tree.is(&field.key, wanted));
            inside.map(|field| field.key.clone()).collect::<Vec<_>>()
        };
        let mut fields: Vec<String> = self.fields.iter().flat_map(below).collect();
        fields.sort();
        fields.dedup();
        Filters {
            fields,
            owners: self.owners.clone(),
            trl_min: self.trl.0,
            trl_max: self.trl.1,
            right_status: self.statuses.clone(),
            deal_modes: self.modes.clone(),
            year_min: self.years.0,
            year_max: self.years.1,
            class_prefixes: self.classes.clone(),
            ..Filters::default()
        }
    }

    /// Whether anything narrows the list beside the words.
    pub fn is_filtered(&self) -> bool {
        Group::ALL.iter().any(|group| self.has(*group))
    }

    /// Whether this question is answered.
    pub fn has(&self, group: Group) -> bool {
        match group {
            Group::Field => !self.fields.is_empty(),
            Group::Owner => !self.owners.is_empty(),
            Group::Trl => self.trl != (None, None),
            Group::Status => !self.statuses.is_empty(),
            Group::Mode => !self.modes.is_empty(),
            Group::Year => self.years != (None, None),
            Group::Class => !self.classes.is_empty(),
        }
    }

    /// The first page of the same list without the answer to this question.
    pub fn without(&self, group: Group) -> Self {
        let mut other = self.first();
        match group {
            Group::Field => other.fields.clear(),
            Group::Owner => other.owners.clear(),
            Group::Trl => other.trl = (None, None),
            Group::Status => other.statuses.clear(),
            Group::Mode => other.modes.clear(),
            Group::Year => other.years = (None, None),
            Group::Class => other.classes.clear(),
        }
        other
    }

    /// The first page of the same list.
    pub fn first(&self) -> Self {
        Self { after: None, page: 1, ..self.clone() }
    }

    /// The same words without any filter.
    pub fn bare(&self) -> Self {
        let Self { words, is_own, is_newest, .. } = self.clone();
        Self { words, is_own, is_newest, page: 1, ..Self::default() }
    }

    /// The pairs of the address, in a fixed order.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = self.kept();
        let mut all = |name: &'static str, values: &[String]| {
            pairs.extend(values.iter().map(|value| (name, value.clone())));
        };
        all("field", &self.fields);
        all("owner", &self.owners);
        all("status", &self.statuses);
        all("mode", &self.modes);
        all("class", &self.classes);
        let mut one = |name: &'static str, value: Option<String>| {
            pairs.extend(value.map(|value| (name, value)));
        };
        one("trl_from", self.trl.0.map(|value| value.to_string()));
        one("trl_to", self.trl.1.map(|value| value.to_string()));
        one("year_from", self.years.0.map(|value| value.to_string()));
        one("year_to", self.years.1.map(|value| value.to_string()));
        one("after", self.after.clone());
        one("page", (self.page > 1).then(|| self.page.to_string()));
        pairs
    }

    /// The pairs that are no filters: words, whose, and the order.
    pub fn kept(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if !self.words.is_empty() {
            pairs.push(("q", self.words.clone()));
        }
        if self.is_own {
            pairs.push(("own", "1".to_owned()));
        }
        if self.is_newest {
            pairs.push(("order", "newest".to_owned()));
        }
        pairs
    }

    /// The address of this list at a path.
    pub fn address(&self, path: &str) -> String {
        look::address::build(path, &self.pairs())
    }

    /// The address of an export or a feed of the whole list.
    pub fn whole(&self, path: &str) -> String {
        let mut pairs = self.pairs();
        pairs.retain(|(name, _)| !PLACE.contains(name));
        look::address::build(path, &pairs)
    }

    /// Every filter that is set, in words, each with the list without it.
    pub fn set(
        &self,
        lang: Lang,
        tree: &FieldTree,
        owners: &BTreeMap<String, Bilingual>,
    ) -> Vec<Set> {
        let first = self.first();
        let mut found = Vec::new();
        let mut each = |values: &[String], text: &dyn Fn(&str) -> String, cut: Cut| {
            for (at, value) in values.iter().enumerate() {
                let mut without = first.clone();
                cut(&mut without).remove(at);
                found.push(Set { text: text(value), without });
            }
        };
        each(&self.fields, &|key| field_name(lang, tree, key), |w| &mut w.fields);
        let owner = |id: &str| owners.get(id).map_or(id, |name| name.best(lang).0).to_owned();
        each(&self.owners, &owner, |wanted| &mut wanted.owners);
        each(&self.statuses, &|word| status_name(lang, word), |w| &mut w.statuses);
        each(&self.modes, &|word| mode_name(lang, word), |w| &mut w.modes);
        let class =
            |class: &str| words::say_with(lang, "search-set-class", &[("class", class.into())]);
        each(&self.classes, &class, |wanted| &mut wanted.classes);
        for (group, text) in [
            (Group::Trl, range(lang, "trl", (show(self.trl.0), show(self.trl.1)))),
            (Group::Year, range(lang, "year", (show(self.years.0), show(self.years.1)))),
        ] {
            if let Some(text) = text {
                found.push(Set { text, without: self.without(group) });
            }
        }
        found
    }

    /// The whole filter as one line: for the head of an export and the title of a feed.
    pub fn sentence(
        &self,
        lang: Lang,
        tree: &FieldTree,
        owners: &BTreeMap<String, Bilingual>,
    ) -> String {
        let mut parts = Vec::new();
        if !self.words.is_empty() {
            let words = [("words", self.words.as_str().into())];
            parts.push(words::say_with(lang, "search-set-words", &words));
        }
        parts.extend(self.set(lang, tree, owners).into_iter().map(|set| set.text));
        if parts.is_empty() { words::say(lang, "search-set-nothing") } else { parts.join(" · ") }
    }
}

type Cut = fn(&mut Wanted) -> &mut Vec<String>;

fn show(value: Option<impl ToString>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

fn range(lang: Lang, what: &str, (from, to): (String, String)) -> Option<String> {
    let shape = match (from.is_empty(), to.is_empty()) {
        (true, true) => return None,
        (false, true) => "from",
        (true, false) => "to",
        (false, false) => "both",
    };
    let args = [("from", from.into()), ("to", to.into())];
    let key = format!("search-set-{what}-{shape}");
    Some(match shape {
        "from" => words::say_with(lang, &key, &args[..1]),
        "to" => words::say_with(lang, &key, &args[1..]),
        _ => words::say_with(lang, &key, &args),
    })
}

fn number<N>(value: &str, within: std::ops::RangeInclusive<N>, into: &mut Option<N>) -> bool
where
    N: std::str::FromStr + PartialOrd,
{
    let plain: String = value.chars().map(half_width).collect();
    match plain.parse() {
        Ok(number) if within.contains(&number) => {
            *into = Some(number);
            true
        }
        _ => false,
    }
}

/// The name of a field with those above it.
pub fn field_name(lang: Lang, tree: &FieldTree, key: &str) -> String {
    let path: Vec<&str> = tree.path(key).iter().map(|field| field.name.best(lang).0).collect();
    if path.is_empty() { key.to_owned() } else { path.join(" › ") }
}

/// The name of the status of a right.
pub fn status_name(lang: Lang, word: &str) -> String {
    words::say(lang, &format!("technology-status-{word}"))
}

/// The name of a deal mode.
pub fn mode_name(lang: Lang, word: &str) -> String {
    words::say(lang, &format!("listing-mode-{word}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use trading::field::Field;

    fn tree() -> FieldTree {
        let field = |key: &str, parent: Option<&str>| Field {
            key: key.to_owned(),
            parent: parent.map(str::to_owned),
            name: Bilingual::new(key, ""),
        };
        FieldTree::new(vec![field("a", None), field("b", Some("a"))]).expect("a tree")
    }

    #[test]
    fn an_address_reads_back() {
        let address = "/search?q=x%20y&field=a&status=granted&mode=auction&class=G01N\
                       &trl_from=4&year_to=2020";
        let wanted = Wanted::read(&Fields(look::address::pairs(address)), &tree());
        assert_eq!(wanted.address("/search"), address);
        assert_eq!(wanted.filters(&tree()).fields, ["a", "b"]);
        assert_eq!(Wanted::of(&wanted.question()), wanted);
        assert!(wanted.unknown.is_empty() && wanted.is_filtered());
        assert!(!wanted.bare().is_filtered());
    }

    #[test]
    fn what_is_not_understood_is_said() {
        let address =
            "/search?colour=red&trl_from=77&owner=nobody&field=zz&trl_to=８&page=0&lang=zh";
        let wanted = Wanted::read(&Fields(look::address::pairs(address)), &tree());
        let want = ["colour=red", "trl_from=77", "owner=nobody", "field=zz", "page=0"];
        assert_eq!(wanted.unknown, want);
        assert_eq!(wanted.trl, (None, Some(8)));
    }

    #[test]
    fn each_chip_takes_one_filter_away() {
        let address = "/x?field=a&field=b&trl_from=3&after=z";
        let wanted = Wanted::read(&Fields(look::address::pairs(address)), &tree());
        let set = wanted.set(Lang::En, &tree(), &BTreeMap::new());
        let hrefs: Vec<String> = set.iter().map(|set| set.without.address("/x")).collect();
        assert_eq!(hrefs, ["/x?field=b&trl_from=3", "/x?field=a&trl_from=3", "/x?field=a&field=b"]);
    }
}
