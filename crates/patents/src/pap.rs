//! Applications that the USPTO published in 2001: `patent-application-publication`.
use crate::draft::{Draft, RawNumber, Spot, add, country, join};
use crate::node::Node;
use crate::number::Role;
use crate::record::{DocNumber, Party, Scheme};
use crate::withheld::is_withheld;

/// Fills a draft from `patent-application-publication`.
pub(crate) fn fill(draft: &mut Draft<'_>, root: &Node) {
    let empty = Node::default();
    let data = root.child("subdoc-bibliographic-information").unwrap_or(&empty);
    numbers(draft, root, data);
    let technical = data.child("technical-information").unwrap_or(&empty);
    classes(draft, technical);
    draft.title("en", technical.text_at("title-of-invention"));
    let limits = draft.limits;
    for node in data.find(&["first-named-inventor", "inventor"]) {
        draft.inventor(Spot::from(node), party(node), is_withheld(node));
    }
    for node in data.children("applicant") {
        add(&mut draft.record.applicants, party(node), limits);
    }
    for node in data.children("assignee") {
        add(&mut draft.record.owners, party(node), limits);
    }
    for node in data.children("correspondence-address") {
        add(&mut draft.record.representatives, party(node), limits);
    }
    for node in root.children("subdoc-abstract") {
        // Its heading only says that an abstract follows.
        let parts: Vec<String> = node.children("paragraph").map(Node::text).collect();
        draft.abstract_text("en", parts.join(" "));
    }
    for node in root.child("subdoc-claims").into_iter().flat_map(|claims| claims.children("claim"))
    {
        draft.claim(node.attribute("id"), "en", node.text());
    }
}

fn numbers(draft: &mut Draft<'_>, root: &Node, data: &Node) {
    let spot = Spot::from(root);
    let raw = RawNumber {
        office: "US",
        number: &data.text_at("document-id/doc-number"),
        kind: &data.text_at("document-id/kind-code"),
        date: &data.text_at("document-id/document-date"),
    };
    draft.record.publication =
        draft.number(spot, "document-id", Role::Publication, &raw).unwrap_or_default();
    let raw = RawNumber {
        office: "US",
        number: &data.text_at("domestic-filing-data/application-number/doc-number"),
        kind: "",
        date: &data.text_at("domestic-filing-data/filing-date"),
    };
    let number = draft.number(spot, "application-number", Role::Application, &raw);
    draft.application(spot, number);
    for node in data.children("foreign-priority-data") {
        let raw = RawNumber {
            office: &node.text_at("country-code"),
            number: &node.text_at("priority-application-number/doc-number"),
            kind: "",
            date: &node.text_at("filing-date"),
        };
        let number = draft.number(Spot::from(node), "priority", Role::Application, &raw);
        draft.record.priorities.extend(number);
    }
    let parents = data
        .child("continuity-data")
        .map(|node| node.find(&["parent", "non-provisional-of-provisional"]));
    for node in parents.unwrap_or_default() {
        let number = parent(draft, node);
        draft.record.related.extend(number);
    }
}

fn parent(draft: &mut Draft<'_>, node: &Node) -> Option<DocNumber> {
    let home = node.text_at("document-id/country-code");
    let raw = RawNumber {
        office: if home.is_empty() { "US" } else { &home },
        number: &node.text_at("document-id/doc-number"),
        kind: "",
        date: &node.text_at("document-id/document-date"),
    };
    draft.number(Spot::from(node), "continuity-data", Role::Application, &raw)
}

fn classes(draft: &mut Draft<'_>, technical: &Node) {
    if let Some(list) = technical.child("classification-ipc") {
        let edition = list.text_at("classification-ipc-edition");
        for node in list.find(&["ipc"]) {
            let is_main = list.first(&["ipc"]).is_some_and(|first| std::ptr::eq(first, node));
            draft.class(Spot::from(node), Scheme::Ipc, &node.raw_text(), is_main);
        }
        for class in &mut draft.record.classes {
            class.edition = edition.trim_start_matches('0').to_owned();
        }
    }
    for list in technical.children("classification-us") {
        for part in list.nodes() {
            let is_main = part.name == "classification-us-primary";
            for node in part.find(&["uspc"]) {
                let raw = format!("{}/{}", node.text_at("class"), node.text_at("subclass"));
                draft.class(Spot::from(node), Scheme::Uspc, &raw, is_main);
            }
        }
    }
}

fn party(node: &Node) -> Party {
    let given = join(&[&node.text_at("name/given-name"), &node.text_at("name/middle-name")], " ");
    let parts =
        [&node.text_at("name/family-name"), given.as_str(), &node.text_at("name/name-suffix")];
    let letter = join(&[&node.text_at("name-1"), &node.text_at("name-2")], " ");
    let names = [node.text_at("organization-name"), join(&parts, ", "), letter];
    let address = node.any(&["address"]);
    let residence = node.first(&["residence-us", "residence-non-us"]);
    let line = |name: &str| {
        let homes = [address, residence].into_iter().flatten();
        let mut texts = homes.map(|home| home.text_at(name)).filter(|text| !text.is_empty());
        texts.next().unwrap_or_default()
    };
    let nation = join(&[&line("country/country-code"), &line("country-code")], " ");
    Party {
        name: names.into_iter().find(|name| !name.is_empty()).unwrap_or_default(),
        street: join(&[&line("address-1"), &line("address-2")], ", "),
        city: join(&[&line("city"), &line("state")], ", "),
        country: country(nation.split(' ').next().unwrap_or_default()),
        office_id: String::new(),
    }
}
