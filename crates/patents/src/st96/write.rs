//! Writes a record as `pat:PatentPublication`.
use crate::record::{Class, DocNumber, Party, PatentRecord, Scheme};

/// Writes tags with indentation; every text is escaped here and nowhere else.
struct Writer {
    out: String,
    open: Vec<&'static str>,
}

impl Writer {
    fn indent(&mut self) {
        for _ in &self.open {
            self.out.push_str("  ");
        }
    }

    fn start(&mut self, name: &'static str, attributes: &[(&str, &str)]) {
        self.indent();
        self.tag(name, attributes);
        self.out.push('\n');
        self.open.push(name);
    }

    fn tag(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.out.push('<');
        self.out.push_str(name);
        for (key, value) in attributes.iter().filter(|(_, value)| !value.is_empty()) {
            self.out.push(' ');
            self.out.push_str(key);
            self.out.push_str("=\"");
            self.escape(value);
            self.out.push('"');
        }
        self.out.push('>');
    }

    fn end(&mut self) {
        if let Some(name) = self.open.pop() {
            self.indent();
            self.close(name);
        }
    }

    fn close(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push_str(">\n");
    }

    fn text(&mut self, name: &'static str, text: &str) {
        self.text_with(name, &[], text);
    }

    fn text_with(&mut self, name: &'static str, attributes: &[(&str, &str)], text: &str) {
        if text.is_empty() {
            return;
        }
        self.indent();
        self.tag(name, attributes);
        self.escape(text);
        self.close(name);
    }

    fn escape(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' => self.out.push_str("&quot;"),
                '\u{fffe}' | '\u{ffff}' => {}
                c if c.is_control() && !matches!(c, '\t' | '\n' | '\r') => {}
                c => self.out.push(c),
            }
        }
    }
}

/// Writes a record as an ST.96 V6 patent publication.
pub fn write_st96(record: &PatentRecord) -> String {
    let mut w = Writer { out: String::new(), open: Vec::new() };
    w.out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let first = record.titles.first().map_or("", |title| title.language.as_str());
    let root = [
        ("xmlns:pat", "http://www.wipo.int/standards/XMLSchema/ST96/Patent"),
        ("xmlns:com", "http://www.wipo.int/standards/XMLSchema/ST96/Common"),
        ("com:st96Version", "V6_0"),
        ("com:ipoVersion", "Bellwether_1"),
        ("com:languageCode", first),
    ];
    w.start("pat:PatentPublication", &root);
    w.start("pat:BibliographicData", &[]);
    publication(&mut w, &record.publication);
    if let Some(number) = &record.application {
        w.start("pat:ApplicationIdentification", &[]);
        application(&mut w, number);
        w.end();
    }
    priorities(&mut w, &record.priorities);
    classes(&mut w, &record.classes);
    for title in &record.titles {
        let language = [("com:languageCode", title.language.as_str())];
        w.text_with("pat:InventionTitle", &language, &title.text);
    }
    parties(&mut w, record);
    if !record.states.is_empty() {
        w.start("pat:DesignatedStateBag", &[]);
        for state in &record.states {
            w.text("pat:DesignatedCountryCode", state);
        }
        w.end();
    }
    if let Some(family) = &record.family {
        w.text("pat:PatentFamilyIdentifier", family);
    }
    w.end();
    for part in &record.abstracts {
        w.start("pat:Abstract", &[("com:languageCode", &part.language)]);
        w.text("pat:P", &part.text);
        w.end();
    }
    claims(&mut w, record);
    w.end();
    w.out
}

fn publication(w: &mut Writer, number: &DocNumber) {
    w.start("pat:PatentPublicationIdentification", &[]);
    w.text("com:IPOfficeCode", &number.office);
    w.text("pat:PublicationNumber", &number.number);
    w.text("com:PatentDocumentKindCode", &number.kind);
    w.text("com:PublicationDate", &day(number));
    w.end();
}

fn application(w: &mut Writer, number: &DocNumber) {
    w.text("com:IPOfficeCode", &number.office);
    w.start("com:ApplicationNumber", &[]);
    w.text("com:ApplicationNumberText", &number.number);
    w.end();
    w.text("pat:FilingDate", &day(number));
}

/// A full date, or nothing.
fn day(number: &DocNumber) -> String {
    let day = number.date.and_then(|date| date.day());
    day.map(|day| day.to_string()).unwrap_or_default()
}

fn priorities(w: &mut Writer, priorities: &[DocNumber]) {
    if priorities.is_empty() {
        return;
    }
    w.start("pat:PriorityClaimBag", &[]);
    for (at, number) in priorities.iter().enumerate() {
        w.start("pat:PriorityClaim", &[("com:sequenceNumber", &(at + 1).to_string())]);
        application(w, number);
        w.end();
    }
    w.end();
}

fn classes(w: &mut Writer, classes: &[Class]) {
    if classes.is_empty() {
        return;
    }
    w.start("pat:PatentClassificationBag", &[]);
    let groups = [
        (Scheme::Ipc, "pat:IPCRClassificationBag", "pat:IPCRClassification"),
        (Scheme::Cpc, "pat:CPCClassificationBag", "pat:CPCClassification"),
        (Scheme::Locarno, "pat:LocarnoClassificationBag", "pat:LocarnoClassification"),
        (Scheme::Uspc, "pat:NationalClassificationBag", "pat:NationalClassification"),
        (Scheme::National, "pat:NationalClassificationBag", "pat:NationalClassification"),
    ];
    for (scheme, bag, item) in groups {
        let mut of_scheme = classes.iter().filter(|class| class.scheme == scheme).peekable();
        if of_scheme.peek().is_none() {
            continue;
        }
        w.start(bag, &[]);
        for class in of_scheme {
            w.start(item, &[]);
            if scheme == Scheme::Uspc {
                w.text("com:IPOfficeCode", "US");
            }
            w.text("com:Edition", &class.edition);
            w.text("pat:PatentClassificationText", &class.symbol);
            w.text("com:SymbolPositionCode", if class.is_main { "F" } else { "L" });
            w.end();
        }
        w.end();
    }
    w.end();
}

fn parties(w: &mut Writer, record: &PatentRecord) {
    let groups = [
        ("pat:ApplicantBag", "pat:Applicant", &record.applicants),
        ("pat:AssigneeBag", "pat:Assignee", &record.owners),
        ("pat:InventorBag", "pat:Inventor", &record.inventors),
        ("pat:RegisteredPractitionerBag", "pat:RegisteredPractitioner", &record.representatives),
    ];
    if groups.iter().all(|(_, _, parties)| parties.is_empty()) {
        return;
    }
    w.start("pat:PartyBag", &[]);
    for (bag, item, parties) in groups {
        if parties.is_empty() {
            continue;
        }
        w.start(bag, &[]);
        for (at, one) in parties.iter().enumerate() {
            w.start(item, &[("com:sequenceNumber", &(at + 1).to_string())]);
            party(w, one);
            w.end();
        }
        w.end();
    }
    w.end();
}

fn party(w: &mut Writer, party: &Party) {
    w.text("com:PartyIdentifier", &party.office_id);
    w.start("com:Contact", &[]);
    w.start("com:Name", &[]);
    w.text("com:EntityName", &party.name);
    w.end();
    if [&party.street, &party.city, &party.country].iter().any(|part| !part.is_empty()) {
        w.start("com:PostalAddressBag", &[]);
        w.start("com:PostalAddress", &[]);
        w.start("com:PostalStructuredAddress", &[]);
        w.text("com:AddressLineText", &party.street);
        w.text("com:CityName", &party.city);
        w.text("com:CountryCode", &party.country);
        w.end();
        w.end();
        w.end();
    }
    w.end();
}

fn claims(w: &mut Writer, record: &PatentRecord) {
    for set in record.claims.chunk_by(|claim, next| claim.language == next.language) {
        let language = set.first().map_or("", |claim| claim.language.as_str());
        w.start("pat:Claims", &[("com:languageCode", language)]);
        for claim in set {
            w.start("pat:Claim", &[]);
            w.text("pat:ClaimNumber", &claim.number.to_string());
            w.text("pat:ClaimText", &claim.text);
            w.end();
        }
        w.end();
    }
}
