//! The query of a request, read by the same table that documents it.
//!
//! An unknown or repeated parameter is reported, never ignored: a misspelt filter would otherwise
//! answer with everything.

use base::Refusal;
use edge::Fields;
use serde_json::{Value, json};

/// What a parameter may hold.
#[derive(Clone, Copy)]
pub enum Kind {
    Text,
    /// May stand several times.
    Texts,
    Number {
        least: u64,
        most: u64,
    },
    /// `true` or `false`.
    Flag,
    /// One of these words.
    Word(fn() -> Vec<&'static str>),
    /// Some of these words; may stand several times.
    Words(fn() -> Vec<&'static str>),
}

/// A parameter; `api-parameter-<name>` says what it is for.
#[derive(Clone, Copy)]
pub struct Parameter {
    pub name: &'static str,
    pub kind: Kind,
    pub is_required: bool,
}

impl Parameter {
    /// One that may be left out.
    pub const fn new(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, is_required: false }
    }

    /// One that must be there.
    pub const fn required(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, is_required: true }
    }

    /// Whether it may stand several times.
    pub fn is_repeated(&self) -> bool {
        matches!(self.kind, Kind::Texts | Kind::Words(_))
    }

    /// The schema of its value.
    pub fn schema(&self) -> Value {
        match self.kind {
            Kind::Text => json!({ "type": "string" }),
            Kind::Texts => json!({ "type": "array", "items": { "type": "string" } }),
            Kind::Number { least, most } => {
                json!({ "type": "integer", "minimum": least, "maximum": most })
            }
            Kind::Flag => json!({ "type": "boolean" }),
            Kind::Word(all) => json!({ "type": "string", "enum": all() }),
            Kind::Words(all) => {
                json!({ "type": "array", "items": { "type": "string", "enum": all() } })
            }
        }
    }

    fn check(&self, value: &str) -> Result<(), Refusal> {
        let wrong = |code| Refusal::invalid(code).on(self.name).text("field", self.name);
        match self.kind {
            Kind::Text | Kind::Texts => Ok(()),
            Kind::Number { least, most } => {
                let plain = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
                if !plain {
                    return Err(wrong("number-unreadable"));
                }
                let range = || wrong("number-out-of-range").number("least", least);
                match value.parse::<u64>() {
                    Ok(number) if (least..=most).contains(&number) => Ok(()),
                    _ => Err(range().number("most", most)),
                }
            }
            Kind::Flag => one_of(value, &["true", "false"], wrong),
            Kind::Word(all) | Kind::Words(all) => one_of(value, &all(), wrong),
        }
    }
}

fn one_of(
    value: &str,
    known: &[&str],
    wrong: impl Fn(&'static str) -> Refusal,
) -> Result<(), Refusal> {
    if known.contains(&value) {
        return Ok(());
    }
    Err(wrong("choice-unknown").text("found", shortened(value)).text("known", known.join(", ")))
}

/// What somebody typed, cut to what a sentence can hold.
pub(crate) fn shortened(text: &str) -> String {
    text.chars().take(100).collect()
}

/// How many rows a list gives when nothing is said.
pub(crate) const LIMIT: u64 = 25;

/// The language, which every operation takes.
const LANG: Parameter = Parameter::new("lang", Kind::Word(|| vec!["en", "zh"]));

/// The parameter `limit` up to this many.
pub(crate) const fn limit(most: u64) -> Parameter {
    Parameter::new("limit", Kind::Number { least: 1, most })
}

/// A query that keeps to its table.
#[derive(Debug)]
pub struct Query(Fields);

impl Query {
    /// Reads a query, or gives everything that is wrong with it.
    pub fn read(parameters: &[Parameter], fields: &Fields) -> Result<Self, Vec<Refusal>> {
        let mut refusals = Vec::new();
        let mut unknown: Vec<&str> = Vec::new();
        for (name, value) in &fields.0 {
            if name == "lang" {
                // Every operation has it; a wrong one would silently answer in another language.
                refusals.extend(LANG.check(value).err());
                continue;
            }
            match parameters.iter().find(|parameter| parameter.name == name) {
                Some(parameter) => refusals.extend(parameter.check(value).err()),
                None if unknown.contains(&name.as_str()) => {}
                None => {
                    unknown.push(name);
                    refusals.push(unknown_parameter(name, parameters));
                }
            }
        }
        for parameter in parameters {
            let n_times = fields.0.iter().filter(|(name, _)| name == parameter.name).count();
            let code = match n_times {
                0 if parameter.is_required => "parameter-missing",
                n if n > 1 && !parameter.is_repeated() => "parameter-repeated",
                _ => continue,
            };
            let refusal = Refusal::invalid(code).on(parameter.name);
            refusals.push(refusal.text("field", parameter.name));
        }
        if refusals.is_empty() { Ok(Self(fields.clone())) } else { Err(refusals) }
    }

    /// A text, empty where it was left out.
    pub fn text(&self, name: &str) -> &str {
        self.0.get(name)
    }

    /// A text that is not empty.
    pub fn some(&self, name: &str) -> Option<&str> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    /// Every value of a parameter that may be repeated.
    pub fn texts(&self, name: &str) -> Vec<String> {
        self.0.all(name).into_iter().map(str::to_owned).collect()
    }

    /// A number; its range was checked while reading.
    pub fn number<N: TryFrom<u64>>(&self, name: &str) -> Option<N> {
        self.text(name).parse::<u64>().ok().and_then(|number| N::try_from(number).ok())
    }

    /// A flag, false where it was left out.
    pub fn flag(&self, name: &str) -> bool {
        self.text(name) == "true"
    }

    /// The rows asked for, or this many.
    pub fn limit(&self, or: u64) -> usize {
        self.number("limit").or_else(|| usize::try_from(or).ok()).unwrap_or(1)
    }

    /// The same query with another value of one parameter, as it stands in an address.
    pub fn with(&self, name: &str, value: &str) -> String {
        let mut fields = self.0.clone();
        fields.0.retain(|(known, value)| known != name && !value.is_empty());
        if !value.is_empty() {
            fields.0.push((name.to_owned(), value.to_owned()));
        }
        fields.encode()
    }
}

fn unknown_parameter(name: &str, parameters: &[Parameter]) -> Refusal {
    let name = shortened(name);
    let known: Vec<&str> = parameters.iter().map(|parameter| parameter.name).collect();
    let known = if known.is_empty() { "lang".to_owned() } else { known.join(", ") };
    let refusal = Refusal::invalid("parameter-unknown").on(&*name);
    refusal.text("found", name).text("known", known)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &[Parameter] = &[
        Parameter::new("q", Kind::Text),
        Parameter::new("field", Kind::Texts),
        limit(100),
        Parameter::new("own", Kind::Flag),
        Parameter::required("mode", Kind::Word(|| vec!["state", "event"])),
    ];

    fn check(query: &str, want: &str) {
        let found = match Query::read(TABLE, &Fields::parse(query)) {
            Ok(_) => "ok".to_owned(),
            Err(no) => no.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
        };
        assert_eq!(found, want, "{query}");
    }

    #[test]
    fn what_is_not_in_the_table_is_reported() {
        check("mode=state&q=a&field=b&field=c&limit=100&own=true&lang=zh", "ok");
        check("mode=state&lang=fr", "choice-unknown (lang)");
        check("mode=state&limt=5&limt=6", "parameter-unknown (limt)");
        check("mode=state&mode=event", "parameter-repeated (mode)");
        check("", "parameter-missing (mode)");
        check("mode=State", "choice-unknown (mode)");
        check("mode=state&own=1&limit=0", "choice-unknown (own); number-out-of-range (limit)");
        for wrong in ["5.0", "-1", "+1", "", "0x5", "５"] {
            check(&format!("mode=state&limit={wrong}"), "number-unreadable (limit)");
        }
        check("mode=state&limit=99999999999999999999", "number-out-of-range (limit)");
    }

    #[test]
    fn the_next_page_keeps_the_filters() {
        let query = Query::read(TABLE, &Fields::parse("mode=state&q=a+b&after=x&field="));
        assert!(query.is_err(), "after is not in this table");
        let query = Query::read(TABLE, &Fields::parse("mode=state&q=a+b&field=")).expect("read");
        assert_eq!(query.with("after", "x&y"), "mode=state&q=a%20b&after=x%26y");
        assert_eq!((query.limit(25), query.flag("own"), query.some("field")), (25, false, None));
    }
}
