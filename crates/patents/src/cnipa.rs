//! The newer dialect of the Chinese office: `business:PatentDocumentAndRelated`.
//!
//! References come twice, `original` and `standard`: one fact, of which the original is kept
//! because it carries the check digit.
use crate::draft::{Draft, RawNumber, Spot, add, country, join};
use crate::node::Node;
use crate::number::Role;
use crate::record::{Citation, DocNumber, Party, Scheme};
use crate::withheld::is_withheld;

/// Fills a draft from `PatentDocumentAndRelated`.
pub(crate) fn fill(draft: &mut Draft<'_>, root: &Node) {
    let empty = Node::default();
    let data = root.nodes().find(|node| node.name.ends_with("BibliographicData")).unwrap_or(&empty);
    numbers(draft, root, data);
    classes(draft, data);
    for node in data.find(&["InventionTitle", "DesignTitle"]) {
        draft.title(lang(node), node.text());
    }
    parties(draft, data);
    for node in root.find(&["Abstract"]) {
        draft.abstract_text(lang(node), node.text());
    }
    for set in root.find(&["Claims"]) {
        for node in set.find(&["Claim"]) {
            let number = [node.attribute("num"), node.attribute("sequence")];
            let number = number.into_iter().find(|text| !text.is_empty()).unwrap_or_default();
            draft.claim(number, lang(set), node.text());
        }
    }
    for node in data.find(&["Citation"]) {
        citation(draft, node);
    }
}

fn lang(node: &Node) -> &str {
    match node.attribute("lang") {
        "" => "zh",
        stated => stated,
    }
}

/// The form of a fact that is kept when it comes in several.
fn original(nodes: Vec<&Node>) -> Vec<&Node> {
    let form = |node: &Node| match node.attribute("dataFormat") {
        "original" => 0,
        "" => 1,
        _ => 2,
    };
    let best = nodes.iter().map(|node| form(node)).min();
    nodes.into_iter().filter(|node| Some(form(node)) == best).collect()
}

fn document(
    draft: &mut Draft<'_>,
    field: &str,
    role: Role,
    node: &Node,
    home: &str,
) -> Option<DocNumber> {
    let id = node.first(&["DocumentID"]).unwrap_or(node);
    let text = |names: &[&str]| id.first(names).map(Node::text).unwrap_or_default();
    let office = text(&["WIPOST3Code", "Country"]);
    let raw = RawNumber {
        office: if office.is_empty() { home } else { &office },
        number: &text(&["DocNumber"]),
        kind: &text(&["Kind"]),
        date: &text(&["Date"]),
    };
    draft.number(Spot::from(id), field, role, &raw)
}

fn numbers(draft: &mut Draft<'_>, root: &Node, data: &Node) {
    let home = match root.attribute("country") {
        "" => "CN",
        stated => stated,
    }
    .to_owned();
    let raw = RawNumber {
        office: &home,
        number: root.attribute("docNumber"),
        kind: root.attribute("kind"),
        date: root.attribute("datePublication"),
    };
    let stated = draft.number(Spot::from(root), "publication", Role::Publication, &raw);
    let published = original(data.children("PublicationReference").collect());
    let number = published
        .first()
        .and_then(|node| document(draft, "publication", Role::Publication, node, &home));
    if let Some(mut number) = number.or_else(|| stated.clone()) {
        if let Some(stated) = stated {
            number.date = number.date.or(stated.date);
            if number.kind.is_empty() {
                number.kind = stated.kind;
            }
        }
        draft.record.publication = number;
    }
    if let Some(node) = original(data.children("ApplicationReference").collect()).first() {
        let number = document(draft, "application", Role::Application, node, &home);
        draft.application(Spot::from(*node), number);
    }
    for node in original(data.find(&["PriorityClaim", "Priority"])) {
        let number = document(draft, "priority", Role::Application, node, "");
        draft.record.priorities.extend(number);
    }
    for node in data.children("RelatedDocuments") {
        for related in original(node.find(&["RelatedPublicationDoc", "ParentDoc"])) {
            let is_parent = related.name == "ParentDoc";
            let role = if is_parent { Role::Application } else { Role::Publication };
            let number = document(draft, "related", role, related, &home);
            draft.record.related.extend(number);
        }
    }
}

fn classes(draft: &mut Draft<'_>, data: &Node) {
    let lists = [
        (["ClassificationIPCR", "ClassificationIPC"], Scheme::Ipc),
        (["ClassificationCPC", "CPCClassification"], Scheme::Cpc),
        (["ClassificationLocarno", "LocarnoClassification"], Scheme::Locarno),
    ];
    for (names, scheme) in lists {
        for (at, node) in data.find(&names).into_iter().enumerate() {
            let raw = match node.child("Text") {
                Some(text) => text.raw_text(),
                None => parts(node).unwrap_or_else(|| node.raw_text()),
            };
            let sequence = node.attribute("sequence");
            let is_main = if sequence.is_empty() { at == 0 } else { sequence == "1" };
            draft.class(Spot::from(node), scheme, &raw, is_main);
        }
    }
}

fn parts(node: &Node) -> Option<String> {
    let text = |name: &str| node.child(name).map(Node::text);
    let class = text("MainClass").or_else(|| text("Class"))?;
    let (group, sub) = (text("MainGroup")?, text("Subgroup")?);
    Some(format!("{}{class}{} {group}/{sub}", text("Section")?, text("Subclass")?))
}

fn parties(draft: &mut Draft<'_>, data: &Node) {
    let limits = draft.limits;
    for node in original(data.find(&["Applicant"])) {
        add(&mut draft.record.applicants, party(node), limits);
    }
    for node in original(data.find(&["Assignee", "Patentee"])) {
        add(&mut draft.record.owners, party(node), limits);
    }
    let inventors = data.find(&["Inventor", "Designer"]);
    let silent: Vec<&str> = inventors
        .iter()
        .filter(|node| is_withheld(node))
        .map(|node| node.attribute("sequence"))
        .filter(|sequence| !sequence.is_empty())
        .collect();
    for node in original(inventors) {
        let is_silent = is_withheld(node) || silent.contains(&node.attribute("sequence"));
        draft.inventor(Spot::from(node), party(node), is_silent);
    }
    for node in original(data.find(&["Agent"])) {
        for agency in node.find(&["Agency"]) {
            add(&mut draft.record.representatives, party(agency), limits);
        }
        add(&mut draft.record.representatives, party(node), limits);
    }
}

fn party(node: &Node) -> Party {
    let book = original(node.children("AddressBook").collect()).first().copied().unwrap_or(node);
    let text = |name: &str| book.text_at(name);
    let address = |name: &str| book.text_at(&format!("Address/{name}"));
    let names = [
        text("Name"),
        text("OrganizationName"),
        join(&[&text("LastName"), &text("FirstName")], ""),
    ];
    let nation = [address("WIPOST3Code"), address("Country")].into_iter();
    Party {
        name: names.into_iter().find(|name| !name.is_empty()).unwrap_or_default(),
        street: address("Text"),
        city: join(&[&address("Province"), &address("City"), &address("County")], ""),
        country: nation
            .map(|code| country(&code))
            .find(|code| !code.is_empty())
            .unwrap_or_default(),
        office_id: text("RegisteredNumber"),
    }
}

fn citation(draft: &mut Draft<'_>, node: &Node) {
    let references = original(node.find(&["PublicationReference"]));
    let number = references
        .first()
        .and_then(|reference| document(draft, "citation", Role::Publication, reference, ""));
    match number.filter(|number| !number.office.is_empty()) {
        Some(number) => draft.citation(Citation::Patent(number)),
        None if !node.text().is_empty() => draft.citation(Citation::Other(node.text())),
        None => {}
    }
}
