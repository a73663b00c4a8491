//! European patent documents, versions 1.0 to 1.5.1: fields named by INID numbers.
use crate::class::is_first;
use crate::draft::{Draft, RawNumber, Spot, add, country, join};
use crate::node::{Node, tidy};
use crate::number::{ParsedNumber, Role, parse_number};
use crate::record::{Citation, DocNumber, Party, Scheme};
use crate::withheld::{is_not_named_yet, is_withheld};

/// Fills a draft from `ep-patent-document`.
pub(crate) fn fill(draft: &mut Draft<'_>, root: &Node) {
    let empty = Node::default();
    let data = root.child("SDOBI").unwrap_or(&empty);
    numbers(draft, root, data);
    classes(draft, data);
    pairs(data.at("B500/B540"), "B541", |language, node| draft.title(language, node.text()));
    parties(draft, data);
    for node in root.children("abstract") {
        draft.abstract_text(node.attribute("lang"), node.text());
    }
    for set in root.children("claims") {
        for claim in set.children("claim") {
            draft.claim(claim.attribute("num"), set.attribute("lang"), claim.text());
        }
    }
    if let Some(states) = data.at("B800/B840") {
        draft.record.states = states.children("ctry").map(|node| country(&node.text())).collect();
    }
    citations(draft, data);
}

/// Hands on every node together with the key node before it.
fn pairs<'a>(home: Option<&'a Node>, key: &str, mut take: impl FnMut(&str, &'a Node)) {
    let mut present = String::new();
    for node in home.into_iter().flat_map(Node::nodes) {
        if node.name == key {
            present = node.text();
        } else {
            take(&present, node);
        }
    }
}

fn numbers(draft: &mut Draft<'_>, root: &Node, data: &Node) {
    let or = |text: String, name: &str| {
        if text.is_empty() { root.attribute(name).to_owned() } else { text }
    };
    let office = or(data.text_at("B100/B190"), "country");
    let raw = RawNumber {
        office: &office,
        number: &or(data.text_at("B100/B110"), "doc-number"),
        kind: &or(data.text_at("B100/B130"), "kind"),
        date: &or(data.text_at("B100/B140/date"), "date-publ"),
    };
    let spot = Spot::from(root);
    draft.record.publication =
        draft.number(spot, "B110", Role::Publication, &raw).unwrap_or_default();
    let raw = RawNumber {
        office: &office,
        number: &data.text_at("B200/B210"),
        kind: "",
        date: &data.text_at("B200/B220/date"),
    };
    let number = draft.number(spot, "B210", Role::Application, &raw);
    draft.application(data.at("B200/B210").map_or(spot, Spot::from), number);
    priorities(draft, data);
    for (home, role) in
        [("B800/B860/B861", Role::Application), ("B800/B870/B871", Role::Publication)]
    {
        if let Some(node) = data.at(home) {
            international(draft, node, role);
        }
    }
    let parents = data.child("B600").map(|node| node.find(&["pdoc", "cdoc"])).unwrap_or_default();
    for node in parents {
        let date = node.text_at("date");
        for (part, role) in [("anum", Role::Application), ("pnum", Role::Publication)] {
            let number = node.text_at(&format!("dnum/{part}"));
            let date = if role == Role::Application { date.as_str() } else { "" };
            let raw = RawNumber { office: "EP", number: &number, kind: "", date };
            let number = draft.number(Spot::from(node), "B600", role, &raw);
            draft.record.related.extend(number);
        }
    }
}

/// Each priority begins with its number; date and country follow.
fn priorities(draft: &mut Draft<'_>, data: &Node) {
    let Some(home) = data.child("B300") else { return };
    let nodes: Vec<&Node> = home.nodes().collect();
    for group in nodes.chunk_by(|_, next| next.name != "B310") {
        let text = |name: &str, path: &str| {
            let node = group.iter().find(|node| node.name == name);
            node.map(|node| if path.is_empty() { node.text() } else { node.text_at(path) })
                .unwrap_or_default()
        };
        let raw = RawNumber {
            office: &text("B330", "ctry"),
            number: &text("B310", ""),
            kind: "",
            date: &text("B320", "date"),
        };
        let spot = group.first().map_or(Spot::from(home), |node| Spot::from(*node));
        let number = draft.number(spot, "B310", Role::Application, &raw);
        draft.record.priorities.extend(number);
    }
}

/// `JP0107711` stands for PCT/JP01/07711.
fn international(draft: &mut Draft<'_>, node: &Node, role: Role) {
    let part = if role == Role::Application { "dnum/anum" } else { "dnum/pnum" };
    let stated = node.text_at(part);
    if stated.is_empty() {
        return;
    }
    let needs_treaty = role == Role::Application && !stated.starts_with("PCT");
    let number = if needs_treaty { format!("PCT/{stated}") } else { stated };
    let raw = RawNumber { office: "WO", number: &number, kind: "", date: &node.text_at("date") };
    let number = draft.number(Spot::from(node), "B860", role, &raw);
    draft.record.related.extend(number);
}

fn classes(draft: &mut Draft<'_>, data: &Node) {
    let Some(home) = data.child("B500") else { return };
    let old = home.child("B510");
    let edition = old.map(|node| node.text_at("B516")).unwrap_or_default();
    for node in old.into_iter().flat_map(Node::nodes) {
        if matches!(node.name.as_str(), "B511" | "B512" | "B513" | "B517EP") {
            draft.class(Spot::from(node), Scheme::Ipc, &node.raw_text(), node.name == "B511");
        }
    }
    for class in &mut draft.record.classes {
        if class.edition.is_empty() {
            class.edition.clone_from(&edition);
        }
    }
    let lists = [
        ("B510EP", "classification-ipcr", Scheme::Ipc),
        ("B520EP", "classification-cpc", Scheme::Cpc),
    ];
    for (name, item, scheme) in lists {
        let Some(list) = home.child(name) else { continue };
        for node in list.find(&[item]) {
            let raw = node.child("text").unwrap_or(node).raw_text();
            draft.class(Spot::from(node), scheme, &raw, is_first(&raw));
        }
    }
}

fn parties(draft: &mut Draft<'_>, data: &Node) {
    let limits = draft.limits;
    let Some(home) = data.child("B700") else { return };
    let all = |group: &str, item: &str| -> Vec<&Node> {
        home.children(group).flat_map(|node| node.nodes()).filter(|n| n.name == item).collect()
    };
    for node in all("B710", "B711") {
        add(&mut draft.record.applicants, party(node), limits);
    }
    for node in all("B730", "B731") {
        add(&mut draft.record.owners, party(node), limits);
    }
    for node in all("B720", "B721") {
        draft.inventor(Spot::from(node), party(node), is_withheld(node));
    }
    // In place of names the office prints that there are none to print.
    for node in all("B720", "B725EP") {
        let name = node.text();
        let is_silent = !is_not_named_yet(&name);
        draft.inventor(Spot::from(node), Party { name, ..Party::default() }, is_silent);
    }
    for node in all("B740", "B741") {
        add(&mut draft.record.representatives, party(node), limits);
    }
}

fn party(node: &Node) -> Party {
    let name = join(&[&node.text_at("snm"), &node.text_at("fnm")], ", ");
    let streets: Vec<String> =
        node.child("adr").into_iter().flat_map(|adr| adr.children("str")).map(Node::text).collect();
    Party {
        name: join(&[&name, &node.text_at("sfx")], " "),
        street: streets.join(", "),
        city: node.text_at("adr/city"),
        country: country(&node.text_at("adr/ctry")),
        office_id: node.text_at("iid"),
    }
}

fn citations(draft: &mut Draft<'_>, data: &Node) {
    let Some(home) = data.at("B500/B560") else { return };
    for node in home.nodes() {
        let Some(text) = node.child("text").map(Node::text) else { continue };
        match (node.name.as_str(), cited(&text)) {
            ("B561", Some(number)) => draft.citation(Citation::Patent(number)),
            _ => draft.citation(Citation::Other(tidy(&text))),
        }
    }
}

/// `WO-A-03/008444` has its kind in the middle.
fn cited(text: &str) -> Option<DocNumber> {
    let mut parts = text.splitn(3, ['-', ' ']);
    let (office, second, rest) = (parts.next()?, parts.next()?, parts.next());
    let is_kind = second.len() <= 2 && second.starts_with(|c: char| c.is_ascii_uppercase());
    let plain = match rest {
        Some(rest) if is_kind => format!("{office} {rest}"),
        _ => text.to_owned(),
    };
    let ParsedNumber { office, number, kind, role } = parse_number(&plain).ok()?;
    let kind = if is_kind { second.to_owned() } else { kind.unwrap_or_default() };
    Some(DocNumber { office, number, kind, date: None, original: text.to_owned(), role })
}
