//! The tree into which releases are merged: what each field said, and when.
//!
//! One walk serves compiled and versioned releases, so that both succeed or fail together. Nothing is
//! cloned before the tree is written out.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Number, Value};

use crate::fault::{Fault, Notice, Shape};
use crate::rules::{Fields, Rule};
use crate::{DEPTH_MAX, Stamp};

static NULL: Value = Value::Null;

/// Lists of at most so many objects are looked through; longer ones have a map.
const SHORT: usize = 16;

/// The tree and what was met while it grew.
pub(crate) struct Tree<'a> {
    root: Object<'a>,
    keeps_history: bool,
    pub(crate) faults: Vec<Fault>,
    pub(crate) notices: Vec<Notice>,
}

/// The fields of an object. One that was removed by a null keeps them for the history.
#[derive(Default)]
struct Object<'a> {
    fields: BTreeMap<&'a str, Node<'a>>,
    is_gone: bool,
}

enum Node<'a> {
    Leaf(Leaf<'a>),
    Object(Object<'a>),
    List(List<'a>),
}

/// A value and what it was before; a null is a value here.
struct Leaf<'a> {
    last: Said<'a>,
    before: Vec<Said<'a>>,
    was_ever: bool,
}

#[derive(Clone, Copy)]
struct Said<'a> {
    /// The release's number in the order of time.
    release: usize,
    value: &'a Value,
}

/// Objects matched by their ids; those without one never match.
#[derive(Default)]
struct List<'a> {
    items: Vec<Item<'a>>,
    /// Filled once the list is long; a short one is looked through.
    place_by_id: HashMap<Id<'a>, usize>,
    is_gone: bool,
    n_turns: usize,
}

struct Item<'a> {
    id: Option<&'a Value>,
    key: Option<Id<'a>>,
    /// The last release that told of it, in the order of time.
    told_in: Option<usize>,
    object: Object<'a>,
    /// Its turn in the list: one that was removed and came again stands where it came again.
    turn: usize,
}

/// 1 and "1" are two ids.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Id<'a> {
    Text(&'a str),
    Number(&'a Number),
}

/// Where the walk is: the release in time and in the input, and the names above.
struct At<'a> {
    release: usize,
    place: usize,
    names: Vec<&'a str>,
    depth: usize,
}

impl At<'_> {
    fn path(&self, name: &str) -> String {
        let mut path = String::new();
        for part in self.names.iter().chain([&name]) {
            path.push('/');
            path.push_str(part);
        }
        path
    }
}

impl<'a> Tree<'a> {
    pub(crate) fn new(keeps_history: bool) -> Self {
        Self { root: Object::default(), keeps_history, faults: Vec::new(), notices: Vec::new() }
    }

    /// Merges the release that is number `release` in time and `place` in the input.
    pub(crate) fn merge(
        &mut self,
        from: &'a Map<String, Value>,
        rules: &Fields,
        [release, place]: [usize; 2],
    ) {
        let mut at = At { release, place, names: Vec::new(), depth: 0 };
        let mut root = std::mem::take(&mut self.root);
        for (name, value) in from {
            // These four say which release it is; they are put in anew, or beside each value.
            if !matches!(name.as_str(), "ocid" | "id" | "date" | "tag") {
                self.field(&mut root, name, value, Some(rules), &mut at);
            }
        }
        self.root = root;
    }

    fn object(
        &mut self,
        into: &mut Object<'a>,
        from: &'a Map<String, Value>,
        rules: Option<&Fields>,
        at: &mut At<'a>,
    ) {
        into.is_gone = false;
        for (name, value) in from {
            self.field(into, name, value, rules, at);
        }
    }

    fn field(
        &mut self,
        into: &mut Object<'a>,
        name: &'a str,
        value: &'a Value,
        rules: Option<&Fields>,
        at: &mut At<'a>,
    ) {
        let rule = rules.and_then(|rules| rules.get(name));
        if !says(value, rule) {
            return;
        }
        let below = match rule {
            Some(Rule::Below(fields)) => Some(fields),
            _ => None,
        };
        at.depth += 1;
        if at.depth > DEPTH_MAX {
            self.faults.push(Fault::TooDeep { release: at.place });
        } else {
            match value {
                Value::Object(from) => self.below_object(into, name, (from, below), at),
                Value::Array(from) if !is_whole(from, rule) => {
                    self.below_list(into, name, (from, below), at);
                }
                value => self.leaf(into, name, value, at),
            }
        }
        at.depth -= 1;
    }

    fn below_object(
        &mut self,
        into: &mut Object<'a>,
        name: &'a str,
        (from, rules): (&'a Map<String, Value>, Option<&Fields>),
        at: &mut At<'a>,
    ) {
        let node = into.fields.entry(name).or_insert_with(|| Node::Object(Object::default()));
        // A null for what was never there says nothing that an object could contradict.
        if node.is_empty_leaf() {
            *node = Node::Object(Object::default());
        }
        let Node::Object(child) = node else {
            let was = node.shape();
            return self.other_shape(name, was, Shape::Object, at);
        };
        at.names.push(name);
        self.object(child, from, rules, at);
        at.names.pop();
    }

    fn below_list(
        &mut self,
        into: &mut Object<'a>,
        name: &'a str,
        (from, rules): (&'a [Value], Option<&Fields>),
        at: &mut At<'a>,
    ) {
        let node = into.fields.entry(name).or_insert_with(|| Node::List(List::default()));
        if node.is_empty_leaf() {
            *node = Node::List(List::default());
        }
        let Node::List(list) = node else {
            let was = node.shape();
            return self.other_shape(name, was, Shape::List, at);
        };
        list.is_gone = false;
        at.names.push(name);
        for from in from.iter().filter_map(Value::as_object) {
            let id = match from.get("id") {
                None | Some(Value::Null) => None,
                Some(Value::String(text)) => Some(Id::Text(text)),
                Some(Value::Number(number)) => Some(Id::Number(number)),
                Some(_) => {
                    let path = at.path("id");
                    self.faults.push(Fault::OddId { release: at.place, path });
                    continue;
                }
            };
            if !object_says(from, rules, true) {
                continue;
            }
            let item = list.item(id, from.get("id"));
            if item.told_in == Some(at.release) {
                let id = from.get("id").map_or_else(String::new, Value::to_string);
                let path = at.path("id");
                self.notices.push(Notice::SameId { release: at.place, path, id });
            }
            item.told_in = Some(at.release);
            self.item(item, from, rules, at);
        }
        at.names.pop();
    }

    fn item(
        &mut self,
        item: &mut Item<'a>,
        from: &'a Map<String, Value>,
        rules: Option<&Fields>,
        at: &mut At<'a>,
    ) {
        item.object.is_gone = false;
        for (name, value) in from {
            if name != "id" {
                self.field(&mut item.object, name, value, rules, at);
            }
        }
    }

    fn leaf(&mut self, into: &mut Object<'a>, name: &'a str, value: &'a Value, at: &At<'a>) {
        let said = Said { release: at.release, value };
        match into.fields.get_mut(name) {
            None => {
                into.fields.insert(name, Node::Leaf(Leaf::new(said)));
            }
            Some(Node::Leaf(leaf)) => leaf.say(said, self.keeps_history),
            Some(node) if value.is_null() => node.clear(at.release, self.keeps_history),
            Some(node) => {
                let was = node.shape();
                self.other_shape(name, was, Shape::Value, at);
            }
        }
    }

    fn other_shape(&mut self, name: &str, was: Shape, is: Shape, at: &At<'a>) {
        let fault = Fault::OtherShape { release: at.place, path: at.path(name), was, is };
        self.faults.push(fault);
    }

    /// What holds now.
    pub(crate) fn compiled(&self) -> Map<String, Value> {
        self.root.compiled()
    }

    /// What every field said, and in which release.
    pub(crate) fn versioned(&self, stamps: &[Stamp<'a>]) -> Map<String, Value> {
        self.root.versioned(stamps)
    }
}

/// Whether anything at all is said: an empty object says nothing, nor does an empty list that is
/// merged by ids, nor what is left out.
fn says(value: &Value, rule: Option<&Rule>) -> bool {
    let below = match rule {
        Some(Rule::Below(fields)) => Some(fields),
        _ => None,
    };
    match value {
        _ if rule == Some(&Rule::Omit) => false,
        Value::Object(from) => object_says(from, below, false),
        Value::Array(from) if !is_whole(from, rule) => {
            from.iter().filter_map(Value::as_object).any(|from| object_says(from, below, true))
        }
        _ => true,
    }
}

/// In a list an `id` of null is no id, and removes none.
fn object_says(from: &Map<String, Value>, rules: Option<&Fields>, is_in_list: bool) -> bool {
    from.iter().any(|(name, value)| {
        let is_no_id = is_in_list && name == "id" && value.is_null();
        !is_no_id && says(value, rules.and_then(|rules| rules.get(name)))
    })
}

/// Whether a list is a value of its own: by its rule, or because it holds other things than objects.
fn is_whole(from: &[Value], rule: Option<&Rule>) -> bool {
    rule == Some(&Rule::Whole) || from.iter().any(|item| !item.is_object())
}

impl<'a> Node<'a> {
    fn shape(&self) -> Shape {
        match self {
            Self::Leaf(_) => Shape::Value,
            Self::Object(_) => Shape::Object,
            Self::List(_) => Shape::List,
        }
    }

    fn is_empty_leaf(&self) -> bool {
        matches!(self, Self::Leaf(leaf) if !leaf.was_ever)
    }

    /// A null for the whole: every field below it ends.
    fn clear(&mut self, release: usize, keeps_history: bool) {
        match self {
            Self::Leaf(leaf) => leaf.say(Said { release, value: &NULL }, keeps_history),
            Self::Object(object) => object.clear(release, keeps_history),
            Self::List(list) => {
                list.is_gone = true;
                for item in &mut list.items {
                    item.object.clear(release, keeps_history);
                }
            }
        }
    }

    fn compiled(&self) -> Option<Value> {
        match self {
            Self::Leaf(leaf) => (!leaf.last.value.is_null()).then(|| leaf.last.value.clone()),
            Self::Object(object) => (!object.is_gone).then(|| Value::Object(object.compiled())),
            Self::List(list) => (!list.is_gone).then(|| list.compiled()),
        }
    }

    fn versioned(&self, stamps: &[Stamp<'a>]) -> Value {
        match self {
            Self::Leaf(leaf) => {
                let all = leaf.before.iter().chain([&leaf.last]);
                Value::Array(all.map(|said| said.versioned(stamps)).collect())
            }
            Self::Object(object) => Value::Object(object.versioned(stamps)),
            Self::List(list) => {
                let items = list.items.iter();
                Value::Array(
                    items.map(|item| item.with_id(item.object.versioned(stamps))).collect(),
                )
            }
        }
    }
}

impl<'a> Object<'a> {
    fn clear(&mut self, release: usize, keeps_history: bool) {
        self.is_gone = true;
        for node in self.fields.values_mut() {
            node.clear(release, keeps_history);
        }
    }

    fn compiled(&self) -> Map<String, Value> {
        let fields = self.fields.iter();
        fields.filter_map(|(name, node)| Some(((*name).to_owned(), node.compiled()?))).collect()
    }

    fn versioned(&self, stamps: &[Stamp<'a>]) -> Map<String, Value> {
        let fields = self.fields.iter();
        fields.map(|(name, node)| ((*name).to_owned(), node.versioned(stamps))).collect()
    }
}

impl<'a> List<'a> {
    fn place(&self, key: Id<'a>) -> Option<usize> {
        if self.items.len() > SHORT {
            return self.place_by_id.get(&key).copied();
        }
        self.items.iter().position(|item| item.key == Some(key))
    }

    /// Puts the newest object into the map of a long list, and all of them when it becomes one.
    fn learn(&mut self, newest: usize) {
        let from = match self.items.len() {
            0..=SHORT => return,
            n if n == SHORT + 1 => 0,
            _ => newest,
        };
        for (place, item) in self.items.iter().enumerate().skip(from) {
            if let Some(key) = item.key {
                self.place_by_id.insert(key, place);
            }
        }
    }

    /// The object of this id; another one at the end where there is none.
    fn item(&mut self, key: Option<Id<'a>>, id: Option<&'a Value>) -> &mut Item<'a> {
        let known = key.and_then(|key| self.place(key));
        let place = known.unwrap_or(self.items.len());
        if known.is_none() {
            let id = id.filter(|id| !id.is_null());
            let object = Object { is_gone: true, ..Object::default() };
            self.items.push(Item { id, key, told_in: None, object, turn: 0 });
            self.learn(place);
        }
        let item = self.items.get_mut(place).expect("known places are in the list");
        if item.object.is_gone {
            item.turn = self.n_turns;
            self.n_turns += 1;
        }
        item
    }

    fn compiled(&self) -> Value {
        let mut items: Vec<_> = self.items.iter().filter(|item| !item.object.is_gone).collect();
        items.sort_by_key(|item| item.turn);
        Value::Array(items.into_iter().map(|item| item.with_id(item.object.compiled())).collect())
    }
}

impl Item<'_> {
    fn with_id(&self, mut fields: Map<String, Value>) -> Value {
        if let Some(id) = self.id {
            fields.insert("id".to_owned(), id.clone());
        }
        Value::Object(fields)
    }
}

impl<'a> Leaf<'a> {
    fn new(said: Said<'a>) -> Self {
        Self { last: said, before: Vec::new(), was_ever: !said.value.is_null() }
    }

    fn say(&mut self, said: Said<'a>, keeps_history: bool) {
        self.was_ever |= !said.value.is_null();
        if !keeps_history {
            self.last = said;
            return;
        }
        // Of two objects with one id in one release the last one counts, also in the history.
        if self.last.release == said.release {
            match self.before.pop() {
                Some(before) => self.last = before,
                None => {
                    self.last = said;
                    return;
                }
            }
        }
        if self.last.value != said.value {
            self.before.push(self.last);
            self.last = said;
        }
    }
}

impl Said<'_> {
    fn versioned(&self, stamps: &[Stamp<'_>]) -> Value {
        let stamp = stamps.get(self.release).expect("every release has its stamp");
        let named = [
            ("releaseID", stamp.id),
            ("releaseDate", stamp.date),
            ("releaseTag", stamp.tag),
            ("value", Some(self.value)),
        ];
        let fields = named.into_iter().filter_map(|(name, value)| Some((name, value?)));
        Value::Object(fields.map(|(name, value)| (name.to_owned(), value.clone())).collect())
    }
}
