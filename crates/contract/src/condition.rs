//! Conditions of templates: which clause and which paragraph stands in a contract.
//!
//! `kind is licence transfer and (price.total at-least 100000 or not royalty.rate present)`. There
//! are comparisons, `and`, `or`, `not` and brackets, and nothing that runs for long. What compares
//! an absent field is false.

use crate::fact::{self, Fact, Item, Shape};
use ledger::rounding::{Rate, Rounding};
use std::cmp::Ordering;

/// A condition that was checked against the fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    Present(String),
    Flag(String),
    Is(String, Vec<String>),
    Compares(String, Comparison, Rate),
    Not(Box<Condition>),
    All(Vec<Condition>),
    Any(Vec<Condition>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    AtLeast,
    AtMost,
    Above,
    Below,
}

/// What is wrong with a condition: a code and the word it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong(pub &'static str, pub String);

/// Brackets and negations inside one another.
const DEPTH_MAX: usize = 16;
/// Words of one condition.
const WORDS_MAX: usize = 200;

/// What stands for `item.…` inside a list.
pub type Fields = &'static [(&'static str, Shape)];

impl Condition {
    /// Reads a condition; `item` are the fields of the list it stands in.
    pub fn parse(text: &str, item: Option<Fields>) -> Result<Self, Wrong> {
        let spaced = text.replace('(', " ( ").replace(')', " ) ");
        let words: Vec<&str> = spaced.split_whitespace().collect();
        if words.len() > WORDS_MAX {
            return Err(Wrong("condition-too-long", words.len().to_string()));
        }
        let mut parser = Parser { words: &words, at: 0, item };
        let condition = parser.any(0)?;
        match parser.peek() {
            None => Ok(condition),
            Some(word) => Err(Wrong("condition-unexpected", word.to_owned())),
        }
    }

    /// Whether it holds of these facts.
    pub fn holds(&self, facts: &fact::Facts, item: Option<&Item>) -> bool {
        let value = |name: &str| find(facts, item, name);
        match self {
            Self::Present(name) => {
                value(name).is_some()
                    || facts.lists.get(name.as_str()).is_some_and(|items| !items.is_empty())
            }
            Self::Flag(name) => value(name) == Some(&Fact::Flag(true)),
            Self::Is(name, codes) => match value(name) {
                Some(Fact::Code(code)) => codes.iter().any(|it| it == code),
                _ => false,
            },
            Self::Compares(name, how, bound) => {
                value(name).is_some_and(|fact| compares(fact, *how, *bound))
            }
            Self::Not(inner) => !inner.holds(facts, item),
            Self::All(parts) => parts.iter().all(|it| it.holds(facts, item)),
            Self::Any(parts) => parts.iter().any(|it| it.holds(facts, item)),
        }
    }
}

/// The fact of a name; `item.x` is looked for in the item.
pub(crate) fn find<'a>(
    facts: &'a fact::Facts,
    item: Option<&'a Item>,
    name: &str,
) -> Option<&'a Fact> {
    match name.strip_prefix("item.") {
        Some(field) => item?.get(field),
        None => facts.values.get(name),
    }
}

/// The shape of a name at some place.
pub(crate) fn shape_of(name: &str, item: Option<Fields>) -> Option<Shape> {
    match name.strip_prefix("item.") {
        Some(field) => item?.iter().find(|(it, _)| *it == field).map(|(_, shape)| *shape),
        None => fact::shape(name),
    }
}

fn compares(fact: &Fact, how: Comparison, bound: Rate) -> bool {
    // Of whole numbers: at least a bound is at least its ceiling, above it is above its floor.
    let rounding = match how {
        Comparison::AtLeast | Comparison::Below => Rounding::Ceiling,
        Comparison::AtMost | Comparison::Above => Rounding::Floor,
    };
    let against = |value: i64, places: u32| {
        bound.round(places, rounding).is_some_and(|bound| how.holds(value.cmp(&bound)))
    };
    match fact {
        // Sums are compared in minor units.
        Fact::Money(money) => against(money.minor, money.currency.minor_digits()),
        Fact::Number(number) => against(*number, 0),
        Fact::Percent(text) => Rate::parse(text).is_some_and(|value| how.holds(value.cmp(&bound))),
        _ => false,
    }
}

impl Comparison {
    fn holds(self, order: Ordering) -> bool {
        match self {
            Self::AtLeast => order.is_ge(),
            Self::AtMost => order.is_le(),
            Self::Above => order.is_gt(),
            Self::Below => order.is_lt(),
        }
    }
}

struct Parser<'a> {
    words: &'a [&'a str],
    at: usize,
    item: Option<Fields>,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a str> {
        self.words.get(self.at).copied()
    }

    fn next(&mut self) -> Result<&'a str, Wrong> {
        let word = self.peek().ok_or_else(|| Wrong("condition-ends", String::new()))?;
        self.at += 1;
        Ok(word)
    }

    fn takes(&mut self, word: &str) -> bool {
        let is = self.peek() == Some(word);
        self.at += usize::from(is);
        is
    }

    fn any(&mut self, depth: usize) -> Result<Condition, Wrong> {
        let mut parts = vec![self.all(depth)?];
        while self.takes("or") {
            parts.push(self.all(depth)?);
        }
        Ok(one_or(parts, Condition::Any))
    }

    fn all(&mut self, depth: usize) -> Result<Condition, Wrong> {
        let mut parts = vec![self.one(depth)?];
        while self.takes("and") {
            parts.push(self.one(depth)?);
        }
        Ok(one_or(parts, Condition::All))
    }

    fn one(&mut self, depth: usize) -> Result<Condition, Wrong> {
        if depth > DEPTH_MAX {
            return Err(Wrong("condition-too-deep", DEPTH_MAX.to_string()));
        }
        if self.takes("not") {
            return Ok(Condition::Not(Box::new(self.one(depth + 1)?)));
        }
        if self.takes("(") {
            let inner = self.any(depth + 1)?;
            if !self.takes(")") {
                return Err(Wrong("condition-bracket", self.peek().unwrap_or("").to_owned()));
            }
            return Ok(inner);
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Result<Condition, Wrong> {
        let name = self.next()?;
        let shape = shape_of(name, self.item);
        if shape.is_none() && fact::list(name).is_none() {
            return Err(Wrong("field-unknown", name.to_owned()));
        }
        match self.peek() {
            Some("present") => {
                self.at += 1;
                Ok(Condition::Present(name.to_owned()))
            }
            Some("absent") => {
                self.at += 1;
                Ok(Condition::Not(Box::new(Condition::Present(name.to_owned()))))
            }
            Some("is") => {
                self.at += 1;
                self.codes(name, shape)
            }
            Some(word) if comparison(word).is_some() => {
                self.at += 1;
                self.number(name, shape, comparison(word).expect("asked above"))
            }
            _ if shape == Some(Shape::Flag) => Ok(Condition::Flag(name.to_owned())),
            _ => Err(Wrong("condition-incomplete", name.to_owned())),
        }
    }

    fn codes(&mut self, name: &str, shape: Option<Shape>) -> Result<Condition, Wrong> {
        let Some(Shape::Code(known)) = shape else {
            return Err(Wrong("field-has-no-codes", name.to_owned()));
        };
        let is_not = self.takes("not");
        let mut codes = Vec::new();
        while let Some(word) = self.peek() {
            if matches!(word, "and" | "or" | ")") {
                break;
            }
            if !known.contains(&word) {
                return Err(Wrong("code-unknown", word.to_owned()));
            }
            codes.push(word.to_owned());
            self.at += 1;
        }
        if codes.is_empty() {
            return Err(Wrong("condition-incomplete", name.to_owned()));
        }
        let is = Condition::Is(name.to_owned(), codes);
        Ok(if is_not { Condition::Not(Box::new(is)) } else { is })
    }

    fn number(
        &mut self,
        name: &str,
        shape: Option<Shape>,
        how: Comparison,
    ) -> Result<Condition, Wrong> {
        if !matches!(shape, Some(Shape::Money | Shape::Number | Shape::Percent)) {
            return Err(Wrong("field-is-no-number", name.to_owned()));
        }
        let word = self.next()?;
        let bound = Rate::parse(word).ok_or_else(|| Wrong("number-unreadable", word.to_owned()))?;
        Ok(Condition::Compares(name.to_owned(), how, bound))
    }
}

fn comparison(word: &str) -> Option<Comparison> {
    match word {
        "at-least" => Some(Comparison::AtLeast),
        "at-most" => Some(Comparison::AtMost),
        "above" => Some(Comparison::Above),
        "below" => Some(Comparison::Below),
        _ => None,
    }
}

fn one_or(mut parts: Vec<Condition>, many: fn(Vec<Condition>) -> Condition) -> Condition {
    if parts.len() == 1 { parts.remove(0) } else { many(parts) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terms::tests::licence;

    fn holds(text: &str) -> bool {
        let facts = fact::Facts::of(&licence()).expect("in range");
        let (_, item) = fact::list("instalments").expect("a list");
        let first = facts.lists["instalments"].first();
        Condition::parse(text, Some(item)).expect(text).holds(&facts, first)
    }

    #[test]
    fn conditions_hold_or_not() {
        for yes in [
            "kind is licence",
            "kind is transfer licence",
            "kind is not transfer",
            "not kind is transfer and grant.territory present",
            "kind is transfer or ( kind is licence and warranted )",
            "kind is transfer and kind is transfer or kind is licence",
            "price.total at-least 1000000",
            "price.total at-most 1000000.00",
            "price.total above 999999.99",
            "price.total below 1000000.001",
            "royalty.rate at-least 3",
            "royalty.rate below 3.0001",
            "confidentiality.years above 4.5",
            "milestones present",
            "attachments absent",
            "until present",
            "item.when is signed",
            "item.amount at-least 600000",
            "royalty.cap-year absent",
        ] {
            assert!(holds(yes), "{yes}");
        }
        for no in [
            "kind is transfer",
            "price.total above 1000000",
            "price.total below 1000000",
            "royalty.rate above 3",
            // What is absent is neither above nor below.
            "royalty.cap-year above 0",
            "royalty.cap-year below 1",
            "results.owner is not joint and kind is transfer",
            "grant.sublicence",
            "item.milestone present",
        ] {
            assert!(!holds(no), "{no}");
        }
    }

    #[test]
    fn faults_name_the_word() {
        let check = |text: &str, code: &'static str, word: &str| {
            let found = Condition::parse(text, None).expect_err(text);
            assert_eq!(found, Wrong(code, word.to_owned()), "{text}");
        };
        check("", "condition-ends", "");
        check("kinds is licence", "field-unknown", "kinds");
        check("item.when is signed", "field-unknown", "item.when");
        check("kind is lisence", "code-unknown", "lisence");
        check("kind is", "condition-incomplete", "kind");
        check("kind", "condition-incomplete", "kind");
        check("price.total is licence", "field-has-no-codes", "price.total");
        check("kind above 3", "field-is-no-number", "kind");
        check("price.total above many", "number-unreadable", "many");
        check("( kind is licence", "condition-bracket", "");
        check("kind is licence )", "condition-unexpected", ")");
        check("warranted warranted", "condition-unexpected", "warranted");
        check(&"( ".repeat(150), "condition-too-deep", "16");
        check(&"not ".repeat(150), "condition-too-deep", "16");
        check(&"warranted and ".repeat(150), "condition-too-long", "300");
    }
}
