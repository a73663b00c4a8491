//! The one inner form of a patent document, whatever office wrote it.
use crate::date::PatDate;
use crate::format::Format;
use crate::kind::PatentKind;
use crate::number;
use crate::problem::Problem;

/// One published document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatentRecord {
    /// The format it was read from.
    pub format: Format,
    /// The line where it begins, counted from 1.
    pub line: u64,
    /// Number, kind and date of the publication.
    pub publication: DocNumber,
    /// Number and date of the application.
    pub application: Option<DocNumber>,
    /// The priorities claimed, in the order given.
    pub priorities: Vec<DocNumber>,
    /// Parents, earlier publications, international application and publication.
    pub related: Vec<DocNumber>,
    /// Classes of every scheme, each once.
    pub classes: Vec<Class>,
    /// Titles by language.
    pub titles: Vec<Text>,
    /// Who applied.
    pub applicants: Vec<Party>,
    /// Who owns it: assignees and proprietors.
    pub owners: Vec<Party>,
    /// Who invented, without those whose name must not be published.
    pub inventors: Vec<Party>,
    /// How many inventors must not be named.
    pub n_inventors_withheld: usize,
    /// Attorneys and agencies.
    pub representatives: Vec<Party>,
    /// Abstracts by language.
    pub abstracts: Vec<Text>,
    /// Claims, each with its language.
    pub claims: Vec<Claim>,
    /// Designated states, as ST.3 codes.
    pub states: Vec<String>,
    /// The family, as DOCDB numbers it.
    pub family: Option<String>,
    /// What is known of its standing, and from where.
    pub status: Option<Status>,
    /// Documents and writings cited.
    pub citations: Vec<Citation>,
    /// What is odd about it.
    pub warnings: Vec<Problem>,
}

/// Number of a document: office (ST.3), number, kind (ST.16), date (ST.2).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocNumber {
    /// The office, a code of ST.3.
    pub office: String,
    /// The number in its normal form.
    pub number: String,
    /// The kind, a code of ST.16; empty when not stated.
    pub kind: String,
    /// The date of publication or filing.
    pub date: Option<PatDate>,
    /// The number as the document writes it.
    pub original: String,
    /// Whether an application or a publication is numbered.
    pub role: number::Role,
}

impl DocNumber {
    /// The key under which the number is found, without the kind.
    pub fn key(&self) -> String {
        number::key(&self.office, &self.number, self.role)
    }

    /// What the kind says: an application, a granted patent, a design, a utility model.
    pub fn meaning(&self) -> PatentKind {
        PatentKind::of(&self.office, &self.kind)
    }
}

/// A text in one language (ISO 639-1; empty when not stated).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// The language.
    pub language: String,
    /// The words, blanks tidied.
    pub text: String,
}

/// One claim.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claim {
    /// Its number.
    pub number: u32,
    /// The language; empty when not stated.
    pub language: String,
    /// The words, blanks tidied.
    pub text: String,
}

/// A classification scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// International Patent Classification.
    Ipc,
    /// Cooperative Patent Classification.
    Cpc,
    /// United States classification, used until 2015.
    Uspc,
    /// Locarno classification of designs.
    Locarno,
    /// Any other scheme of one office.
    National,
}

impl Scheme {
    /// The name of the scheme.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ipc => "IPC",
            Self::Cpc => "CPC",
            Self::Uspc => "USPC",
            Self::Locarno => "Locarno",
            Self::National => "national",
        }
    }
}

/// One symbol of a scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    /// The scheme.
    pub scheme: Scheme,
    /// The symbol in its normal form: `A24B 15/18`, `705/26`, `14-02`.
    pub symbol: String,
    /// Edition or version, as `7` or `2006.01`; empty when not stated.
    pub edition: String,
    /// Whether it is the main class.
    pub is_main: bool,
}

/// A person or an organisation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Party {
    /// The name; of persons the family name first where the document separates them.
    pub name: String,
    /// Street and whatever is not city or country.
    pub street: String,
    /// The city.
    pub city: String,
    /// The country, a code of ST.3; empty when not stated.
    pub country: String,
    /// The number that the office gave the party; empty when none.
    pub office_id: String,
}

/// Standing of a document at a source and a date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The status as the source writes it.
    pub text: String,
    /// Who says so.
    pub source: String,
    /// As of when.
    pub date: Option<PatDate>,
}

/// Something cited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Citation {
    /// A patent document.
    Patent(DocNumber),
    /// Anything else, or a number that could not be taken apart.
    Other(String),
}

impl PatentRecord {
    pub(crate) fn new(format: Format, line: u64, publication: DocNumber) -> Self {
        Self {
            format,
            line,
            publication,
            application: None,
            priorities: Vec::new(),
            related: Vec::new(),
            classes: Vec::new(),
            titles: Vec::new(),
            applicants: Vec::new(),
            owners: Vec::new(),
            inventors: Vec::new(),
            n_inventors_withheld: 0,
            representatives: Vec::new(),
            abstracts: Vec::new(),
            claims: Vec::new(),
            states: Vec::new(),
            family: None,
            status: None,
            citations: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// The title in a language, or the first one.
    pub fn title(&self, language: &str) -> Option<&str> {
        let exact = self.titles.iter().find(|title| title.language == language);
        exact.or(self.titles.first()).map(|title| title.text.as_str())
    }

    /// Who holds the right: the owners stated, else the applicants.
    pub fn holders(&self) -> &[Party] {
        if self.owners.is_empty() { &self.applicants } else { &self.owners }
    }
}
