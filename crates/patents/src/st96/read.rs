//! Reads `pat:PatentPublication`, as we write it and as offices do.
use crate::draft::{Draft, RawNumber, Spot, add, country};
use crate::node::Node;
use crate::number::Role;
use crate::record::{Class, DocNumber, Party, Scheme};
use crate::withheld::is_withheld;

/// Fills a draft from `PatentPublication`.
pub(crate) fn fill(draft: &mut Draft<'_>, root: &Node) {
    let empty = Node::default();
    let data = root.nodes().find(|node| node.name.ends_with("BibliographicData")).unwrap_or(&empty);
    numbers(draft, data);
    classes(draft, data);
    for node in data.find(&["InventionTitle"]) {
        draft.title(node.attribute("languageCode"), node.text());
    }
    parties(draft, data);
    if let Some(states) = data.first(&["DesignatedStateBag"]) {
        let codes = states.find(&["DesignatedCountryCode"]);
        draft.record.states = codes.into_iter().map(|node| country(&node.text())).collect();
    }
    let family = data.text_at("PatentFamilyIdentifier");
    draft.record.family = Some(family).filter(|family| !family.is_empty());
    for node in root.children("Abstract") {
        draft.abstract_text(node.attribute("languageCode"), node.text());
    }
    for set in root.children("Claims") {
        for claim in set.children("Claim") {
            let texts: Vec<String> = claim.children("ClaimText").map(Node::text).collect();
            let number = claim.text_at("ClaimNumber");
            draft.claim(&number, set.attribute("languageCode"), texts.join(" "));
        }
    }
}

fn numbers(draft: &mut Draft<'_>, data: &Node) {
    if let Some(node) = data.child("PatentPublicationIdentification") {
        let raw = RawNumber {
            office: &node.text_at("IPOfficeCode"),
            number: &node.text_at("PublicationNumber"),
            kind: &node.text_at("PatentDocumentKindCode"),
            date: &node.text_at("PublicationDate"),
        };
        let number = draft.number(Spot::from(node), "publication", Role::Publication, &raw);
        draft.record.publication = number.unwrap_or_default();
    }
    if let Some(node) = data.child("ApplicationIdentification") {
        let number = application(draft, "application", node);
        draft.application(Spot::from(node), number);
    }
    for node in data.find(&["PriorityClaim"]) {
        let number = application(draft, "priority", node);
        draft.record.priorities.extend(number);
    }
}

fn application(draft: &mut Draft<'_>, field: &str, node: &Node) -> Option<DocNumber> {
    let raw = RawNumber {
        office: &node.text_at("IPOfficeCode"),
        number: &node.first(&["ApplicationNumberText"]).map(Node::text).unwrap_or_default(),
        kind: "",
        date: &node.text_at("FilingDate"),
    };
    draft.number(Spot::from(node), field, Role::Application, &raw)
}

fn classes(draft: &mut Draft<'_>, data: &Node) {
    let items = [
        "IPCRClassification",
        "IPCClassification",
        "CPCClassification",
        "LocarnoClassification",
        "NationalClassification",
    ];
    for node in data.find(&items) {
        let scheme = match node.name.as_str() {
            "CPCClassification" => Scheme::Cpc,
            "LocarnoClassification" => Scheme::Locarno,
            "NationalClassification" if node.text_at("IPOfficeCode") == "US" => Scheme::Uspc,
            "NationalClassification" => Scheme::National,
            _ => Scheme::Ipc,
        };
        let is_main = node.text_at("SymbolPositionCode") == "F";
        let Some(text) = node.first(&["PatentClassificationText", "MainClassification"]) else {
            continue;
        };
        let edition = node.text_at("Edition");
        match Class::parse(scheme, &text.raw_text()) {
            Some(class) => {
                let edition = if edition.is_empty() { class.edition } else { edition };
                draft.put_class(Class { edition, is_main, ..class });
            }
            None => draft.class(Spot::from(text), scheme, &text.raw_text(), is_main),
        }
    }
}

fn parties(draft: &mut Draft<'_>, data: &Node) {
    let limits = draft.limits;
    for node in data.find(&["Applicant"]) {
        add(&mut draft.record.applicants, party(node), limits);
    }
    for node in data.find(&["Assignee"]) {
        add(&mut draft.record.owners, party(node), limits);
    }
    for node in data.find(&["Inventor"]) {
        draft.inventor(Spot::from(node), party(node), is_withheld(node));
    }
    for node in data.find(&["RegisteredPractitioner"]) {
        add(&mut draft.record.representatives, party(node), limits);
    }
}

fn party(node: &Node) -> Party {
    let text = |names: &[&str]| node.first(names).map(Node::text).unwrap_or_default();
    let names = ["EntityName", "OrganizationStandardName", "PersonFullName", "LastName"];
    let name = names.iter().map(|name| text(&[name])).find(|name| !name.is_empty());
    Party {
        name: name.unwrap_or_default(),
        street: text(&["AddressLineText"]),
        city: text(&["CityName"]),
        country: country(&text(&["CountryCode"])),
        office_id: text(&["PartyIdentifier"]),
    }
}
