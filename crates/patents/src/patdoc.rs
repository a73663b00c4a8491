//! Grants of the USPTO from 2001 to 2004: `PATDOC`, SGML written as XML, INID numbers.
use crate::draft::{Draft, RawNumber, Spot, add, country, join};
use crate::node::Node;
use crate::number::Role;
use crate::record::{Citation, DocNumber, Party, Scheme};
use crate::withheld::is_withheld;

/// Fills a draft from `PATDOC`.
pub(crate) fn fill(draft: &mut Draft<'_>, root: &Node) {
    let empty = Node::default();
    let data = root.child("SDOBI").unwrap_or(&empty);
    numbers(draft, root, data);
    classes(draft, data);
    draft.title("en", data.text_at("B500/B540"));
    parties(draft, data);
    for node in root.children("SDOAB") {
        draft.abstract_text("en", node.text());
    }
    for node in root.find(&["CLM"]) {
        draft.claim(node.attribute("ID"), "en", node.text());
    }
    for node in data.at("B500/B560").into_iter().flat_map(Node::nodes) {
        citation(draft, node);
    }
}

fn numbers(draft: &mut Draft<'_>, root: &Node, data: &Node) {
    let spot = Spot::from(root);
    let office = data.text_at("B100/B190");
    let office = if office.is_empty() { "US" } else { &office };
    let raw = RawNumber {
        office,
        number: &data.text_at("B100/B110"),
        kind: &data.text_at("B100/B130"),
        date: &data.text_at("B100/B140"),
    };
    draft.record.publication =
        draft.number(spot, "B110", Role::Publication, &raw).unwrap_or_default();
    let raw = RawNumber {
        office,
        number: &data.text_at("B200/B210"),
        kind: "",
        date: &data.text_at("B200/B220"),
    };
    let number = draft.number(spot, "B210", Role::Application, &raw);
    draft.application(spot, number);
    for node in data.children("B300") {
        let nodes: Vec<&Node> = node.nodes().collect();
        for group in nodes.chunk_by(|_, next| next.name != "B310") {
            let text = |name: &str| {
                group.iter().find(|node| node.name == name).map(|n| n.text()).unwrap_or_default()
            };
            let raw = RawNumber {
                office: &text("B330"),
                number: &text("B310"),
                kind: "",
                date: &text("B320"),
            };
            let number = draft.number(Spot::from(node), "B310", Role::Application, &raw);
            draft.record.priorities.extend(number);
        }
    }
    for node in data.child("B600").map(|node| node.find(&["PDOC"])).unwrap_or_default() {
        let number = document(draft, node, Role::Application);
        draft.record.related.extend(number);
    }
}

fn document(draft: &mut Draft<'_>, node: &Node, role: Role) -> Option<DocNumber> {
    let home = country(&node.text_at("DOC/CTRY"));
    let raw = RawNumber {
        office: if home.is_empty() { "US" } else { &home },
        number: &node.text_at("DOC/DNUM"),
        kind: &node.text_at("DOC/KIND"),
        date: &node.text_at("DOC/DATE"),
    };
    draft.number(Spot::from(node), "document", role, &raw)
}

fn classes(draft: &mut Draft<'_>, data: &Node) {
    let is_design = draft.record.publication.number.starts_with('D');
    let scheme = if is_design { Scheme::Locarno } else { Scheme::Ipc };
    let old = data.at("B500/B510");
    for node in old.into_iter().flat_map(Node::nodes) {
        if matches!(node.name.as_str(), "B511" | "B512") {
            draft.class(Spot::from(node), scheme, &node.raw_text(), node.name == "B511");
        }
    }
    let edition = old.map(|node| node.text_at("B516")).unwrap_or_default();
    for class in &mut draft.record.classes {
        class.edition.clone_from(&edition);
    }
    for node in data.at("B500/B520").into_iter().flat_map(Node::nodes) {
        if matches!(node.name.as_str(), "B521" | "B522") {
            draft.class(Spot::from(node), Scheme::Uspc, &node.raw_text(), node.name == "B521");
        }
    }
}

fn parties(draft: &mut Draft<'_>, data: &Node) {
    let limits = draft.limits;
    let Some(home) = data.child("B700") else { return };
    for node in home.find(&["B711"]) {
        add(&mut draft.record.applicants, party(node), limits);
    }
    for node in home.find(&["B721"]) {
        draft.inventor(Spot::from(node), party(node), is_withheld(node));
    }
    for node in home.find(&["B731"]) {
        add(&mut draft.record.owners, party(node), limits);
    }
    for node in home.find(&["B741"]) {
        add(&mut draft.record.representatives, party(node), limits);
    }
}

fn party(node: &Node) -> Party {
    let text = |name: &str| node.first(&[name]).map(Node::text).unwrap_or_default();
    let organisation = text("ONM");
    let person = join(&[&text("SNM"), &text("FNM"), &text("SFX")], ", ");
    Party {
        name: if organisation.is_empty() { person } else { organisation },
        street: text("STR"),
        city: join(&[&text("CITY"), &text("STATE")], ", "),
        country: country(&text("CTRY")),
        office_id: String::new(),
    }
}

fn citation(draft: &mut Draft<'_>, node: &Node) {
    if let Some(patent) = node.child("PCIT")
        && let Some(number) = document(draft, patent, Role::Publication)
    {
        return draft.citation(Citation::Patent(number));
    }
    let text = node.first(&["NCIT"]).unwrap_or(node).text();
    if !text.is_empty() {
        draft.citation(Citation::Other(text));
    }
}
