//! What the address of the list of instruments asks for; the address *is* the filter.

use crate::link;
use app::instrument::{FoundPage, Order, SearchAsk};
use base::{Lang, OrganisationId, limits};
use edge::{Fields, Request};
use instruments::find::Question;
use instruments::place::Point;
use instruments::sheet::Mode;
use look::{Chip, Facet, FacetChoice, Filters, filter_chips, filter_panel};
use maud::{Markup, html};

/// Values of one filter at most.
const VALUES_MAX: usize = 40;
/// Around a point, when nothing is said.
const KILOMETRES: u64 = 20;
/// Half the girth of the earth.
const KILOMETRES_MAX: u64 = 20_100;

/// A list of instruments as its address asks for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    pub words: String,
    pub classes: Vec<String>,
    pub owners: Vec<OrganisationId>,
    pub modes: Vec<Mode>,
    pub standard: String,
    /// As typed.
    pub latitude: String,
    pub longitude: String,
    pub point: Option<Point>,
    pub kilometres: u64,
    pub with_retired: bool,
    pub order: Order,
    pub page: usize,
    /// Parts of the address that are not understood: said, never silently dropped.
    pub unknown: Vec<String>,
}

impl Wanted {
    /// Reads an address.
    pub fn read(query: &Fields) -> Self {
        let mut wanted = Self { page: 1, kilometres: KILOMETRES, ..Self::default() };
        for (name, value) in &query.0 {
            let value = value.trim();
            if !value.is_empty() && !wanted.take(name, value) {
                wanted.unknown.push(format!("{name}={value}").chars().take(80).collect());
            }
        }
        wanted.point = Point::parse(&wanted.latitude, &wanted.longitude);
        if wanted.point.is_none() && !(wanted.latitude.is_empty() && wanted.longitude.is_empty()) {
            wanted.unknown.push(format!("{}, {}", wanted.latitude, wanted.longitude));
        }
        wanted.unknown.truncate(10);
        wanted
    }

    fn take(&mut self, name: &str, value: &str) -> bool {
        match name {
            "q" => self.words = value.chars().take(limits::QUERY_CHARS_MAX).collect(),
            "class" if value.len() <= 6 && value.bytes().all(|byte| byte.is_ascii_digit()) => {
                push(&mut self.classes, value.to_owned());
            }
            "owner" => match OrganisationId::parse(value) {
                Ok(owner) => push(&mut self.owners, owner),
                Err(_) => return false,
            },
            "mode" => match Mode::parse(value) {
                Some(mode) => push(&mut self.modes, mode),
                None => return false,
            },
            "standard" => self.standard = value.chars().take(100).collect(),
            "latitude" => self.latitude = value.chars().take(20).collect(),
            "longitude" => self.longitude = value.chars().take(20).collect(),
            "kilometres" => match value.parse() {
                Ok(km) if (1..=KILOMETRES_MAX).contains(&km) => self.kilometres = km,
                _ => return false,
            },
            "retired" => self.with_retired = value == "1",
            "order" => {
                self.order = match value {
                    "distance" => Order::Distance,
                    "name" => Order::Name,
                    _ => Order::Fit,
                };
            }
            "page" => match value.parse() {
                Ok(page) if (1..=1_000).contains(&page) => self.page = page,
                _ => return false,
            },
            "lang" => {}
            _ => return false,
        }
        true
    }

    /// What the city is asked.
    pub fn ask(&self, lang: Lang) -> SearchAsk {
        SearchAsk {
            question: Question {
                text: self.words.clone(),
                classes: self.classes.clone(),
                modes: self.modes.clone(),
                standard: self.standard.clone(),
                near: self.point.map(|point| (point, self.kilometres * 1_000)),
            },
            owners: self.owners.clone(),
            with_retired: self.with_retired,
            or_most_words: true,
            order: self.order,
            lang,
            page: self.page,
            page_rows: limits::PAGE_ROWS,
        }
    }

    /// The address of this list, from its first page on.
    pub fn address(&self) -> String {
        self.below(link::INSTRUMENTS)
    }

    /// The same question to another address.
    pub fn below(&self, path: &str) -> String {
        let mut pairs: Vec<(&str, String)> = Vec::new();
        let mut put = |name, value: &str| {
            if !value.is_empty() {
                pairs.push((name, value.to_owned()));
            }
        };
        put("q", &self.words);
        self.classes.iter().for_each(|class| put("class", class));
        self.owners.iter().for_each(|owner| put("owner", &owner.to_string()));
        self.modes.iter().for_each(|mode| put("mode", mode.word()));
        put("standard", &self.standard);
        if self.point.is_some() {
            put("latitude", &self.latitude);
            put("longitude", &self.longitude);
            put("kilometres", &self.kilometres.to_string());
        }
        put("retired", if self.with_retired { "1" } else { "" });
        put("order", order_word(self.order));
        look::address::build(path, &pairs)
    }

    /// Each filter that is set, in words, with the list without it.
    fn set(&self, lang: Lang, found: &FoundPage) -> Vec<(String, Self)> {
        let mut all = Vec::new();
        for class in &self.classes {
            let mut without = self.clone();
            without.classes.retain(|it| it != class);
            all.push((class_name(lang, found, class), without));
        }
        for owner in &self.owners {
            let mut without = self.clone();
            without.owners.retain(|it| it != owner);
            let name = found.sides.owners.iter().find(|(id, ..)| id == owner);
            let name =
                name.map_or_else(|| owner.to_string(), |(_, it, _)| it.best(lang).0.to_owned());
            all.push((name, without));
        }
        for mode in &self.modes {
            let mut without = self.clone();
            without.modes.retain(|it| it != mode);
            all.push((mode_name(lang, *mode), without));
        }
        if !self.standard.is_empty() {
            let number = [("number", self.standard.as_str().into())];
            let text = words::say_with(lang, "instrument-page-standard-chip", &number);
            all.push((text, Self { standard: String::new(), ..self.clone() }));
        }
        if self.point.is_some() {
            let values = [
                ("km", self.kilometres.to_string().into()),
                ("point", format!("{}, {}", self.latitude, self.longitude).into()),
            ];
            let text = words::say_with(lang, "instrument-page-near-chip", &values);
            let (latitude, longitude) = (String::new(), String::new());
            all.push((text, Self { latitude, longitude, point: None, ..self.clone() }));
        }
        if self.with_retired {
            let text = words::say(lang, "instrument-page-with-retired");
            all.push((text, Self { with_retired: false, ..self.clone() }));
        }
        all
    }
}

fn push<T: PartialEq>(values: &mut Vec<T>, value: T) {
    if values.len() < VALUES_MAX && !values.contains(&value) {
        values.push(value);
    }
}

fn order_word(order: Order) -> &'static str {
    match order {
        Order::Fit => "",
        Order::Distance => "distance",
        Order::Name => "name",
    }
}

/// How it is used, in words.
pub fn mode_name(lang: Lang, mode: Mode) -> String {
    words::say(lang, &format!("instrument-mode-{}", mode.word()))
}

fn class_name(lang: Lang, found: &FoundPage, class: &str) -> String {
    let path = found.classes.path(class);
    path.last().map_or_else(|| class.to_owned(), |(_, name)| name.best(lang).0.to_owned())
}

/// The chips above a list and the panel beside it.
pub fn panel(request: &Request, wanted: &Wanted, found: &FoundPage) -> (Markup, Markup) {
    let lang = request.lang;
    let set = wanted.set(lang, found);
    let hrefs: Vec<String> = set.iter().map(|(_, without)| without.address()).collect();
    let chips: Vec<Chip<'_>> =
        set.iter().zip(&hrefs).map(|((text, _), href)| Chip { text, remove_href: href }).collect();
    let unknown: Vec<&str> = wanted.unknown.iter().map(String::as_str).collect();
    let bare = Wanted { words: wanted.words.clone(), ..Wanted::default() };
    let filters = Filters {
        lang,
        action: link::INSTRUMENTS,
        kept: &[("q", wanted.words.as_str())],
        chips: &chips,
        clear_href: &bare.address(),
        unknown: &unknown,
        body: body(lang, wanted, found),
    };
    (filter_chips(&filters), filter_panel(&filters))
}

fn body(lang: Lang, wanted: &Wanted, found: &FoundPage) -> Markup {
    let say = |key: &str| words::say(lang, key);
    let count = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    let classes = found.sides.classes.iter().map(|(digits, n)| FacetChoice {
        text: class_name(lang, found, digits),
        value: digits.clone(),
        count: count(*n),
        is_set: wanted.classes.contains(digits),
    });
    let owners = found.sides.owners.iter().map(|(id, name, n)| FacetChoice {
        value: id.to_string(),
        text: name.best(lang).0.to_owned(),
        count: count(*n),
        is_set: wanted.owners.contains(id),
    });
    let modes = found.sides.modes.iter().map(|(mode, n)| FacetChoice {
        value: mode.word().to_owned(),
        text: mode_name(lang, *mode),
        count: count(*n),
        is_set: wanted.modes.contains(mode),
    });
    let facet = |key: &str, name: &'static str, choices: Vec<FacetChoice>| {
        Facet { title: &say(key), name, choices, shown: 8 }.view(lang)
    };
    html! {
        (facet("instrument-page-facet-class", "class", classes.collect()))
        (facet("instrument-page-facet-mode", "mode", modes.collect()))
        (facet("instrument-page-facet-owner", "owner", owners.collect()))
        fieldset.facet {
            legend { (say("instrument-page-standard")) }
            div.range {
                input name="standard" value=(wanted.standard) maxlength="100" autocomplete="off"
                    placeholder="GB/T 19077" aria-label=(say("instrument-page-standard"));
            }
        }
        (near(lang, wanted))
        fieldset.facet {
            legend { (say("instrument-page-order")) }
            div.range {
                select name="order" aria-label=(say("instrument-page-order")) {
                    @for (order, key) in ORDERS {
                        option value=(order_word(*order)) selected[wanted.order == *order] { (say(key)) }
                    }
                }
            }
            div.choice {
                input type="checkbox" id="x-retired" name="retired" value="1"
                    checked[wanted.with_retired];
                label for="x-retired" { span { (say("instrument-page-with-retired")) } }
            }
        }
    }
}

const ORDERS: &[(Order, &str)] = &[
    (Order::Fit, "instrument-page-order-fit"),
    (Order::Distance, "instrument-page-order-distance"),
    (Order::Name, "instrument-page-order-name"),
];

fn near(lang: Lang, wanted: &Wanted) -> Markup {
    let say = |key: &str| words::say(lang, key);
    html! {
        fieldset.facet {
            legend { (say("instrument-page-near")) }
            p.small.quiet { (say("instrument-page-near-hint")) }
            div.range {
                label for="x-latitude" { (say("instrument-page-near-latitude")) }
                input id="x-latitude" name="latitude" inputmode="decimal" value=(wanted.latitude)
                    placeholder="31.4675" autocomplete="off";
            }
            div.range {
                label for="x-longitude" { (say("instrument-page-near-longitude")) }
                input id="x-longitude" name="longitude" inputmode="decimal" value=(wanted.longitude)
                    placeholder="104.6791" autocomplete="off";
            }
            div.range {
                label for="x-km" { (say("instrument-page-near-km")) }
                input id="x-km" name="kilometres" inputmode="numeric" value=(wanted.kilometres);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Wanted {
        Wanted::read(&Fields(
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        ))
    }

    #[test]
    fn an_address_reads_back() {
        let wanted = read(&[
            ("q", "xrd"),
            ("class", "01"),
            ("mode", "samples"),
            ("latitude", "31.4"),
            ("longitude", "104.6"),
            ("kilometres", "5"),
            ("order", "distance"),
        ]);
        assert!(wanted.unknown.is_empty() && wanted.point.is_some());
        let pairs = look::address::pairs(&wanted.address());
        let again = Wanted::read(&Fields(pairs));
        assert_eq!(again, wanted);
    }

    #[test]
    fn what_is_not_understood_is_said() {
        let wanted = read(&[("class", "x"), ("colour", "red"), ("latitude", "95"), ("page", "0")]);
        assert_eq!(wanted.unknown, ["class=x", "colour=red", "page=0", "95, "]);
    }
}
