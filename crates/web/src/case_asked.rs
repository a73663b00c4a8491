//! What the address of a list of cases asks for: which list, which of its rows, in which order.

use crate::case_facts::{process_name, state_name, task_name};
use crate::link;
use crate::page::say;
use app::case::{CasesWanted, ListOrder, Order, PROCESSES, TasksWanted, Wanted, Which, process_of};
use base::{Date, Instant, Level, time};
use cases::Process;
use edge::Request;
use look::{Chip, Choice, Field, Filters, Form};
use maud::{Markup, html};

/// Which list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tabbed {
    Mine,
    Ours,
    Late,
    All,
}

impl Tabbed {
    pub const EVERY: [Self; 4] = [Self::Mine, Self::Ours, Self::Late, Self::All];

    /// The word of the address and of the texts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Mine => "mine",
            Self::Ours => "ours",
            Self::Late => "late",
            Self::All => "all",
        }
    }

    /// Which tasks; none where cases are listed.
    pub fn tasks(self) -> Option<Which> {
        match self {
            Self::Mine => Some(Which::Mine),
            Self::Ours | Self::Late => Some(Which::Ours),
            Self::All => None,
        }
    }
}

/// What the address asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub tab: Tabbed,
    process: Option<&'static Process>,
    state: Option<&'static str>,
    task: Option<&'static str>,
    is_open: Option<bool>,
    due_from: Option<Date>,
    due_to: Option<Date>,
    level: Option<Level>,
    pub text: String,
    /// Whether what has waited longest comes first.
    pub is_oldest: bool,
    /// Names of the address that could not be read.
    unknown: Vec<&'static str>,
}

/// Characters of a search that are looked at.
const TEXT_CHARS_MAX: usize = 200;

impl Asked {
    pub fn read(request: &Request) -> Self {
        let query = &request.query;
        let tab = Tabbed::EVERY.into_iter().find(|tab| tab.word() == query.get("view"));
        // "release-review.lodged" names both; a bare state belongs to the process beside it.
        let (of_state, state) = split(query.get("state"));
        let (of_task, task) = split(query.get("task"));
        let process = [query.get("process"), of_state, of_task].into_iter().find_map(process_of);
        let state = process.and_then(|it| it.state(state)).map(|state| state.name);
        let task = process.and_then(|it| it.task(task)).map(|task| task.name);
        let is_open = match query.get("standing") {
            "open" => Some(true),
            "ended" => Some(false),
            _ => None,
        };
        let mut unknown = Vec::new();
        let mut day = |name: &'static str| {
            let typed = query.get(name).trim();
            let read = time::read_date(typed);
            if read.is_none() && !typed.is_empty() {
                unknown.push(name);
            }
            read
        };
        let (due_from, due_to) = (day("due_from"), day("due_to"));
        // A link without a list, such as one from a page about a process, means all cases.
        let filtered = process.is_some() || is_open.is_some();
        let tab = tab.unwrap_or(if filtered { Tabbed::All } else { Tabbed::Mine });
        Self {
            tab,
            process,
            state,
            task,
            is_open,
            due_from,
            due_to,
            level: Level::parse(query.get("level")),
            text: query.get("q").trim().chars().take(TEXT_CHARS_MAX).collect(),
            is_oldest: query.get("order") == "oldest",
            unknown,
        }
    }

    /// The same filter on another list.
    pub fn on(&self, tab: Tabbed) -> Self {
        Self { tab, ..self.clone() }
    }

    /// The same list in another order.
    pub fn oldest_first(&self, is_oldest: bool) -> Self {
        Self { is_oldest, ..self.clone() }
    }

    /// Whether anything is left out.
    pub fn is_filtered(&self) -> bool {
        *self != Self { tab: self.tab, is_oldest: self.is_oldest, ..Self::none() }
    }

    fn none() -> Self {
        Self {
            tab: Tabbed::Mine,
            process: None,
            state: None,
            task: None,
            is_open: None,
            due_from: None,
            due_to: None,
            level: None,
            text: String::new(),
            is_oldest: false,
            unknown: Vec::new(),
        }
    }

    fn due(&self, request: &Request) -> (Option<Instant>, Option<Instant>) {
        let offset = request.city().settings().utc_offset_minutes;
        let start = |day: Date| crate::form::moment_of(day, offset);
        // The last day is inside.
        let end = self.due_to.and_then(|day| day.tomorrow().ok());
        (self.due_from.and_then(start), end.and_then(start))
    }

    /// The tasks that are asked for, whichever list it is: all counts use it.
    pub fn tasks(&self, request: &Request) -> TasksWanted {
        let (due_from, due_before) = self.due(request);
        TasksWanted {
            process: self.process.map(|process| process.name),
            state: self.state,
            task: self.task,
            due_from,
            due_before,
            level: self.level,
            text: self.text.clone(),
            order: if self.is_oldest { Order::Oldest } else { Order::Due },
        }
    }

    /// The tasks of this list.
    pub fn listed(&self, request: &Request) -> TasksWanted {
        let wanted = self.tasks(request);
        if self.tab == Tabbed::Late { wanted.before(request.now) } else { wanted }
    }

    /// The cases that are asked for.
    pub fn cases(&self, request: &Request) -> CasesWanted<'static> {
        let (due_from, due_before) = self.due(request);
        let rows = Wanted {
            process: self.process.map(|process| process.name),
            state: self.state,
            is_open: self.is_open,
            tasks: self.task.map(|task| vec![task]),
            due_from,
            due_before,
            order: if self.is_oldest { ListOrder::Oldest } else { ListOrder::Changed },
            ..Wanted::default()
        };
        CasesWanted { rows, level: self.level, text: self.text.clone() }
    }

    fn pairs(&self) -> Vec<(&'static str, String)> {
        let named = |pair: Option<&str>| {
            self.process.zip(pair).map(|(process, name)| format!("{}.{name}", process.name))
        };
        let standing = self.is_open.map(|open| if open { "open" } else { "ended" });
        let pairs = [
            ("view", Some(self.tab.word().to_owned())),
            ("q", Some(self.text.clone())),
            ("process", self.process.map(|process| process.name.to_owned())),
            ("state", named(self.state)),
            ("task", named(self.task)),
            ("standing", standing.filter(|_| self.tab == Tabbed::All).map(str::to_owned)),
            ("due_from", self.due_from.map(|day| day.to_string())),
            ("due_to", self.due_to.map(|day| day.to_string())),
            ("level", self.level.map(|level| level.word().to_owned())),
            ("order", self.is_oldest.then(|| "oldest".to_owned())),
        ];
        let given = pairs.into_iter().filter_map(|(name, value)| Some((name, value?)));
        given.filter(|(_, value)| !value.is_empty()).collect()
    }

    /// The address of this list, without its place.
    pub fn address(&self, path: &str) -> String {
        let pairs = self.pairs();
        let pairs: Vec<(&str, &str)> =
            pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
        look::address::build(path, &pairs)
    }

    /// What is set, each in words with the name under which it stands in the address.
    fn set(&self, request: &Request) -> Vec<(String, Vec<&'static str>)> {
        let lang = request.lang;
        let date = |day: Date| words::date(lang, day);
        let said = |key: &str, day: Date| words::say_with(lang, key, &[("date", date(day).into())]);
        let of = |pair: Option<&'static str>| self.process.zip(pair);
        let mut set = Vec::new();
        let mut add = |text: Option<String>, names: &[&'static str]| {
            set.extend(text.map(|text| (text, names.to_vec())));
        };
        let text = Some(&self.text).filter(|text| !text.is_empty());
        add(text.map(|text| format!("“{text}”")), &["q"]);
        // Without its process a state or a task means nothing.
        let process = self.process.map(|it| process_name(lang, it));
        add(process, &["process", "state", "task"]);
        add(of(self.state).map(|(it, state)| state_name(lang, it, state)), &["state"]);
        add(of(self.task).map(|(it, task)| task_name(lang, it, task)), &["task"]);
        let standing = self.is_open.filter(|_| self.tab == Tabbed::All);
        let standing = standing.map(|open| if open { "case-open-only" } else { "case-ended-only" });
        add(standing.map(|key| say(request, key)), &["standing"]);
        add(self.due_from.map(|day| said("case-due-from-set", day)), &["due_from"]);
        add(self.due_to.map(|day| said("case-due-to-set", day)), &["due_to"]);
        add(self.level.map(|level| words::level(lang, level)), &["level"]);
        set
    }

    /// The filter as one sentence, for files.
    pub fn sentence(&self, request: &Request) -> String {
        let list = say(request, &format!("case-{}", self.tab.word()));
        let set = self.set(request);
        let parts = std::iter::once(list).chain(set.into_iter().map(|(text, _)| text));
        parts.collect::<Vec<_>>().join(" · ")
    }

    /// Chips of what is set, and the panel.
    pub fn panel(&self, request: &Request) -> Markup {
        let lang = request.lang;
        let here = self.address(link::CASES);
        let set: Vec<(String, String)> = self
            .set(request)
            .into_iter()
            .map(|(text, names)| {
                let without = |href: String, name: &&str| look::address::without(&href, name);
                (text, names.iter().fold(here.clone(), without))
            })
            .collect();
        let chips: Vec<Chip<'_>> =
            set.iter().map(|(text, remove_href)| Chip { text, remove_href }).collect();
        let clear = Self { tab: self.tab, ..Self::none() }.address(link::CASES);
        let unknown: Vec<String> = self
            .unknown
            .iter()
            .map(|name| say(request, &format!("case-{name}").replace('_', "-")))
            .collect();
        let unknown: Vec<&str> = unknown.iter().map(String::as_str).collect();
        let kept = [("view", self.tab.word()), ("q", self.text.as_str())];
        let kept: Vec<(&str, &str)> =
            kept.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        let filters = Filters {
            lang,
            action: link::CASES,
            kept: &kept,
            chips: &chips,
            clear_href: &clear,
            unknown: &unknown,
            body: self.questions(request),
        };
        html! { (look::filter_chips(&filters)) (look::filter_panel(&filters)) }
    }

    fn questions(&self, request: &Request) -> Markup {
        let lang = request.lang;
        let form = Form::new(lang, link::CASES, "", "");
        let pair = |process: &Process, name: &str| format!("{}.{name}", process.name);
        let joined = |process: &Process, name: String| {
            let args = [("process", process_name(lang, process).into()), ("name", name.into())];
            words::say_with(lang, "case-of-process", &args)
        };
        let every = || PROCESSES.iter().copied();
        let processes = every().map(|it| (it.name.to_owned(), process_name(lang, it)));
        let states = every().flat_map(|it| {
            let one = move |state: &cases::State| {
                (pair(it, state.name), joined(it, state_name(lang, it, state.name)))
            };
            it.states.iter().map(one)
        });
        let tasks = every().flat_map(|it| {
            it.tasks()
                .map(move |task| (pair(it, task.name), joined(it, task_name(lang, it, task.name))))
        });
        let levels = (0..).map_while(Level::from_number);
        let levels = levels.map(|level| (level.word().to_owned(), words::level(lang, level)));
        let standings = ["open", "ended"]
            .map(|word| (word.to_owned(), say(request, &format!("case-{word}-only"))));
        let first = if self.tab == Tabbed::All { "changed" } else { "due" };
        let orders = [first, "oldest"]
            .map(|word| (word.to_owned(), say(request, &format!("case-order-{word}"))));
        let pairs = self.pairs();
        let chosen = |name: &str| {
            let found = pairs.iter().find(|(known, _)| *known == name);
            found.map_or("", |(_, value)| value.as_str())
        };
        let day = |name: &'static str, label: &str| {
            let label = say(request, label);
            let value = chosen(name);
            look::date_field(
                &form,
                &Field { name, label: &label, value, is_optional: true, ..Field::default() },
            )
        };
        let order = if self.is_oldest { "oldest" } else { first };
        html! {
            (select(&form, ("process", &say(request, "case-process")), processes.collect(), chosen("process")))
            @if self.tab == Tabbed::All {
                (select(&form, ("state", &say(request, "case-state")), states.collect(), chosen("state")))
            }
            (select(&form, ("task", &say(request, "case-column-task")), tasks.collect(), chosen("task")))
            @if self.tab == Tabbed::All {
                (select(&form, ("standing", &say(request, "case-standing")), standings.into(), chosen("standing")))
            }
            (day("due_from", "case-due-from"))
            (day("due_to", "case-due-to"))
            (select(&form, ("level", &say(request, "field-level")), levels.collect(), chosen("level")))
            (select(&form, ("order", &say(request, "case-order")), orders.into(), order))
        }
    }
}

/// A list to open; what is empty is any.
fn select(
    form: &Form<'_>,
    (name, label): (&str, &str),
    choices: Vec<(String, String)>,
    chosen: &str,
) -> Markup {
    let choices: Vec<Choice<'_>> = choices
        .iter()
        .map(|(value, text)| Choice {
            value,
            text,
            is_chosen: value == chosen,
            ..Choice::default()
        })
        .collect();
    look::select(form, &Field { name, label, is_optional: true, ..Field::default() }, &choices)
}

/// A process and the name of one of its parts.
fn split(text: &str) -> (&str, &str) {
    text.split_once('.').unwrap_or(("", text))
}
