//! The merge told a second time, slowly: releases are taken apart into facts (a path and a value), the
//! facts are replayed into one flat list, and the list is put together again. It shares no code with the
//! engine but the list of rules.

use serde_json::{Map, Value, json};

/// Faults that are planted to see that they are noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Planted {
    DatesAsText,
    NullKept,
    NullSparesObjects,
    EmptyListReplaces,
    WholeListsById,
    ListsWhole,
    IdsAsText,
    MatchedByPlace,
    UnchangedRepeated,
    OmittedKept,
    FirstOfTwoWins,
    ListIdsVersioned,
}

pub const PLANTED: [Planted; 12] = [
    Planted::DatesAsText,
    Planted::NullKept,
    Planted::NullSparesObjects,
    Planted::EmptyListReplaces,
    Planted::WholeListsById,
    Planted::ListsWhole,
    Planted::IdsAsText,
    Planted::MatchedByPlace,
    Planted::UnchangedRepeated,
    Planted::OmittedKept,
    Planted::FirstOfTwoWins,
    Planted::ListIdsVersioned,
];

pub struct Naive<'a> {
    pub rules: &'a [(String, &'static str)],
    pub fault: Option<Planted>,
}

#[derive(Clone, Debug, PartialEq)]
enum Step {
    Field(String),
    /// An object of a list, by the text of its id and the id itself, or by a number of its own.
    Item(String),
}

struct Fact {
    path: Vec<Step>,
    /// Every value with the number of its release.
    said: Vec<(usize, Value)>,
}

struct Facts {
    all: Vec<Fact>,
    keeps_history: bool,
    n_nameless: usize,
}

impl Naive<'_> {
    /// The `compiled` or the `versioned` release.
    pub fn merged(&self, kind: &str, releases: &[Value]) -> Value {
        let mut sorted: Vec<&Value> = releases.iter().collect();
        if self.has(Planted::DatesAsText) {
            sorted.sort_by_key(|release| release["date"].as_str().unwrap());
        } else {
            sorted.sort_by_key(|release| seconds(release["date"].as_str().unwrap()));
        }
        let keeps_history = kind == "versioned";
        let mut facts = Facts { all: Vec::new(), keeps_history, n_nameless: 0 };
        for (n, release) in sorted.iter().enumerate() {
            for (name, value) in release.as_object().unwrap() {
                if !["ocid", "id", "date", "tag"].contains(&name.as_str()) {
                    let path = vec![Step::Field(name.clone())];
                    self.take(&mut facts, n, path, &format!("/{name}"), value);
                }
            }
        }
        let mut whole = Value::Object(Map::new());
        for fact in &facts.all {
            let value = if keeps_history
                && (!is_list_id(&fact.path) || self.has(Planted::ListIdsVersioned))
            {
                Some(history(&fact.said, &sorted))
            } else {
                let last = fact.said.last().unwrap().1.clone();
                (!last.is_null() || self.has(Planted::NullKept)).then_some(last)
            };
            put(&mut whole, &fact.path, value);
        }
        strip(&mut whole);
        let last = sorted.last().unwrap();
        whole["ocid"] = last["ocid"].clone();
        if !keeps_history {
            let [ocid, date] = ["ocid", "date"].map(|name| last[name].as_str().unwrap());
            whole["id"] = json!(format!("{ocid}-{date}"));
            whole["date"] = json!(date);
            whole["tag"] = json!(["compiled"]);
        }
        whole
    }

    fn has(&self, fault: Planted) -> bool {
        self.fault == Some(fault)
    }

    fn rule(&self, path: &str) -> &'static str {
        let found = self.rules.iter().find(|(known, _)| known == path).map_or("", |(_, rule)| rule);
        match found {
            "omit" if self.has(Planted::OmittedKept) => "",
            "whole" if self.has(Planted::WholeListsById) => "",
            found => found,
        }
    }

    fn take(&self, facts: &mut Facts, n: usize, path: Vec<Step>, names: &str, value: &Value) {
        let rule = self.rule(names);
        if rule == "omit" {
            return;
        }
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    let path = [path.clone(), vec![Step::Field(name.clone())]].concat();
                    self.take(facts, n, path, &format!("{names}/{name}"), value);
                }
            }
            Value::Array(items)
                if rule != "whole"
                    && items.iter().all(Value::is_object)
                    && !self.has(Planted::ListsWhole) =>
            {
                if items.is_empty() && self.has(Planted::EmptyListReplaces) {
                    facts.say(n, path.clone(), &Value::Null, self);
                }
                for (place, item) in items.iter().enumerate() {
                    self.take_item(facts, n, &path, names, (place, item));
                }
            }
            value => facts.say(n, path, value, self),
        }
    }

    fn take_item(
        &self,
        facts: &mut Facts,
        n: usize,
        path: &[Step],
        names: &str,
        (place, item): (usize, &Value),
    ) {
        let id = item.get("id").filter(|id| !id.is_null());
        let key = match id {
            Some(Value::String(text)) if self.has(Planted::IdsAsText) => text.clone(),
            Some(id) => id.to_string(),
            None if self.has(Planted::MatchedByPlace) => format!("place {place}"),
            None => {
                facts.n_nameless += 1;
                format!("nameless {}", facts.n_nameless)
            }
        };
        let path = [path, &[Step::Item(key)]].concat();
        for (name, value) in item.as_object().unwrap() {
            if name == "id" && value.is_null() {
                continue;
            }
            let path = [path.clone(), vec![Step::Field(name.clone())]].concat();
            self.take(facts, n, path, &format!("{names}/{name}"), value);
        }
    }
}

impl Facts {
    fn say(&mut self, n: usize, path: Vec<Step>, value: &Value, naive: &Naive<'_>) {
        let is_below = |fact: &Fact| fact.path.len() > path.len() && fact.path.starts_with(&path);
        if value.is_null() && self.all.iter().any(is_below) {
            if naive.has(Planted::NullSparesObjects) {
                return;
            }
            if !self.keeps_history {
                self.all.retain(|fact| !is_below(fact));
                self.all.push(Fact { path, said: vec![(n, Value::Null)] });
                return;
            }
            for fact in self.all.iter_mut().filter(|fact| is_below(fact)) {
                if !is_list_id(&fact.path) {
                    fact.say(n, &Value::Null, naive);
                }
            }
            return;
        }
        // A null that stands where an object comes now had nothing to remove, or has removed it.
        self.all.retain(|fact| fact.path.len() >= path.len() || !path.starts_with(&fact.path));
        match self.all.iter_mut().find(|fact| fact.path == path) {
            Some(fact) => fact.say(n, value, naive),
            None => self.all.push(Fact { path, said: vec![(n, value.clone())] }),
        }
    }
}

impl Fact {
    fn say(&mut self, n: usize, value: &Value, naive: &Naive<'_>) {
        if self.said.last().unwrap().0 == n {
            if naive.has(Planted::FirstOfTwoWins) {
                return;
            }
            self.said.pop();
        }
        let is_new = self.said.last().is_none_or(|(_, last)| last != value);
        if is_new || naive.has(Planted::UnchangedRepeated) {
            self.said.push((n, value.clone()));
        }
    }
}

fn is_list_id(path: &[Step]) -> bool {
    let [.., Step::Item(_), Step::Field(name)] = path else { return false };
    name == "id"
}

fn history(said: &[(usize, Value)], releases: &[&Value]) -> Value {
    let one = |(n, value): &(usize, Value)| {
        let mut fields = Map::new();
        for (name, from) in [("releaseID", "id"), ("releaseDate", "date"), ("releaseTag", "tag")] {
            if let Some(value) = releases[*n].get(from) {
                fields.insert(name.to_owned(), value.clone());
            }
        }
        fields.insert("value".to_owned(), value.clone());
        Value::Object(fields)
    };
    said.iter().map(one).collect()
}

/// Puts a value where the path leads; lists are kept as `[key, object]` until the end.
fn put(into: &mut Value, path: &[Step], value: Option<Value>) {
    match path {
        [] => *into = value.unwrap_or(Value::Null),
        [Step::Field(name)] if value.is_none() => {
            into.as_object_mut().unwrap().remove(name);
        }
        [Step::Field(name), rest @ ..] => {
            let fields = into.as_object_mut().unwrap();
            let fresh = match rest.first() {
                Some(Step::Item(_)) => json!([]),
                _ => json!({}),
            };
            put(fields.entry(name.clone()).or_insert(fresh), rest, value);
        }
        [Step::Item(key), rest @ ..] => {
            let items = into.as_array_mut().unwrap();
            let known = items.iter().position(|item| item[0] == json!(format!("item {key}")));
            let place = known.unwrap_or_else(|| {
                items.push(json!([format!("item {key}"), {}]));
                items.len() - 1
            });
            put(&mut items[place][1], rest, value);
        }
    }
}

/// Takes the keys out of lists again.
fn strip(value: &mut Value) {
    match value {
        Value::Object(fields) => fields.values_mut().for_each(strip),
        Value::Array(items) => {
            for item in items {
                let is_keyed =
                    item.get(0).and_then(Value::as_str).is_some_and(|key| key.starts_with("item "));
                if is_keyed {
                    *item = item[1].take();
                }
                strip(item);
            }
        }
        _ => {}
    }
}

/// Seconds of a date such as `2026-01-02T03:04:05Z` or with an offset of hours and minutes.
fn seconds(date: &str) -> i64 {
    let number = |from: usize, to: usize| date[from..to].parse::<i64>().unwrap();
    // Months of 31 days keep the order, which is all that is asked.
    let days = (number(0, 4) * 12 + number(5, 7)) * 31 + number(8, 10);
    let own = ((days * 24 + number(11, 13)) * 60 + number(14, 16)) * 60 + number(17, 19);
    let offset = match &date[19..] {
        "Z" => 0,
        rest => {
            let minutes =
                rest[1..3].parse::<i64>().unwrap() * 60 + rest[4..6].parse::<i64>().unwrap();
            if rest.starts_with('-') { -minutes } else { minutes }
        }
    };
    own - offset * 60
}
