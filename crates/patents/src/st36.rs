//! WIPO ST.36 and its relatives: USPTO XML 4.x, DOCDB, the older Chinese dialect, others.
use crate::class::is_first;
use crate::draft::{Draft, RawNumber, Spot, add, country, join};
use crate::format::Format;
use crate::node::Node;
use crate::number::Role;
use crate::record::{Citation, DocNumber, Party, Scheme, Status};
use crate::withheld::is_withheld;

/// Whether a tree has bibliographic data of ST.36.
pub(crate) fn is_st36(root: &Node) -> bool {
    bibliographic(root).is_some()
}

fn bibliographic(root: &Node) -> Option<&Node> {
    root.nodes().find(|node| node.name.contains("bibliographic-data"))
}

/// Fills a draft from a document.
pub(crate) fn fill(draft: &mut Draft<'_>, root: &Node) {
    // Some DOCDB extracts put the fields right under the document.
    let data = bibliographic(root).unwrap_or(root);
    numbers(draft, root, data);
    relations(draft, data);
    classes(draft, data);
    for title in data.children("invention-title") {
        draft.title(lang(draft, title), title.text());
    }
    parties(draft, data);
    for part in root.find(&["abstract"]) {
        draft.abstract_text(lang(draft, part), part.text());
    }
    claims(draft, root);
    citations(draft, data);
    for state in data.find(&["designation-of-states"]) {
        for named in state.find(&["country"]) {
            draft.record.states.push(country(&named.text()));
        }
    }
    status(draft, root, data);
}

/// The language of a node, or the one that the format always uses.
fn lang<'a>(draft: &Draft<'_>, node: &'a Node) -> &'a str {
    match (node.attribute("lang"), draft.record.format) {
        ("", Format::UsGrant | Format::UsApplication) => "en",
        ("", Format::CnOld) => "zh",
        (stated, _) => stated,
    }
}

/// Of facts told several times in different forms, those of the best form.
fn preferred(nodes: Vec<&Node>) -> Vec<&Node> {
    let form = |node: &Node| match node.attribute("data-format") {
        "docdb" => 0,
        "" => 1,
        "docdba" => 2,
        "original" => 3,
        _ => 4,
    };
    let best = nodes.iter().map(|node| form(node)).min();
    nodes.into_iter().filter(|node| Some(form(node)) == best).collect()
}

fn reference<'a>(data: &'a Node, names: &[&str]) -> Option<&'a Node> {
    let nodes = data.nodes().filter(|node| names.contains(&node.name.as_str())).collect();
    preferred(nodes).into_iter().next()
}

fn document_id(
    draft: &mut Draft<'_>,
    field: &str,
    role: Role,
    node: &Node,
    office: &str,
) -> Option<DocNumber> {
    let id = node.child("document-id").unwrap_or(node);
    let stated = id.text_at("country");
    let raw = RawNumber {
        office: if stated.is_empty() { office } else { &stated },
        number: &id.text_at("doc-number"),
        kind: &id.text_at("kind"),
        date: &id.text_at("date"),
    };
    draft.number(Spot::from(id), field, role, &raw)
}

fn numbers(draft: &mut Draft<'_>, root: &Node, data: &Node) {
    let home = root.attribute("country").to_owned();
    let published = reference(data, &["publication-reference", "cn-publication-reference"]);
    let number = published
        .and_then(|node| document_id(draft, "publication", Role::Publication, node, &home));
    let raw = RawNumber {
        office: &home,
        number: root.attribute("doc-number"),
        kind: root.attribute("kind"),
        date: root.attribute("date-publ"),
    };
    let stated = draft.number(Spot::from(root), "publication", Role::Publication, &raw);
    // In DOCDB the attributes are the authority; elsewhere they repeat the file's own name.
    let (first, second) = match draft.record.format {
        Format::Docdb => (stated, number),
        _ => (number, stated),
    };
    if let Some(mut number) = first.or_else(|| second.clone()) {
        if let Some(second) = second {
            number.date = number.date.or(second.date);
            if number.kind.is_empty() {
                number.kind = second.kind;
            }
            if number.office.is_empty() {
                number.office = second.office;
            }
        }
        draft.record.publication = number;
    }
    if let Some(node) = reference(data, &["application-reference"]) {
        let number = document_id(draft, "application", Role::Application, node, &home);
        draft.application(Spot::from(node), number);
    }
    let claims = data.find(&["priority-claim", "cn-priority-claim"]);
    for claim in preferred(claims) {
        let number = document_id(draft, "priority", Role::Application, claim, &home);
        draft.record.priorities.extend(number);
    }
}

fn relations(draft: &mut Draft<'_>, data: &Node) {
    let homes = [
        "us-related-documents",
        "related-documents",
        "pct-or-regional-filing-data",
        "pct-or-regional-publishing-data",
    ];
    for node in data.find(&homes) {
        let is_published = node.name.ends_with("publishing-data");
        for related in node.find(&["document-id"]) {
            let is_publication = is_published
                || node.find(&["related-publication"]).iter().any(|publication| {
                    publication.child("document-id").is_some_and(|id| std::ptr::eq(id, related))
                });
            let role = if is_publication { Role::Publication } else { Role::Application };
            let number = document_id(draft, "related", role, related, "");
            draft.record.related.extend(number);
        }
    }
}

fn classes(draft: &mut Draft<'_>, data: &Node) {
    for node in data.find(&["classification-ipc"]) {
        let is_design = draft.record.publication.number.starts_with('D');
        let locarno = is_design && draft.record.publication.office == "US";
        let scheme = if locarno { Scheme::Locarno } else { Scheme::Ipc };
        parted(draft, node, scheme);
        if let Some(text) = node.child("text") {
            draft.class(Spot::from(text), scheme, &text.raw_text(), false);
        }
        edition(draft, node, scheme);
    }
    for node in data.find(&["classification-ipcr"]) {
        symbol(draft, node, Scheme::Ipc);
    }
    for node in data.find(&["classification-cpc", "combination-set"]) {
        // Symbols of a combination only have a meaning together.
        if node.name == "classification-cpc" {
            symbol(draft, node, Scheme::Cpc);
        }
    }
    for node in data.find(&["patent-classification"]) {
        let named = node.child("classification-scheme");
        let scheme = match named.map_or("", |scheme| scheme.attribute("scheme")) {
            "CPCI" | "CPCA" | "CPC" | "CPCNO" => Scheme::Cpc,
            "IPC" | "IPCR" => Scheme::Ipc,
            "UC" | "USPC" => Scheme::Uspc,
            _ => Scheme::National,
        };
        if let Some(text) = node.child("classification-symbol") {
            draft.class(Spot::from(text), scheme, &text.raw_text(), false);
        }
    }
    for node in data.find(&["classification-national"]) {
        let home = country(&node.text_at("country"));
        let scheme = if home == "US" { Scheme::Uspc } else { Scheme::National };
        parted(draft, node, scheme);
    }
    for node in data.find(&["classification-locarno"]) {
        parted(draft, node, Scheme::Locarno);
        if let Some(text) = node.child("text") {
            draft.class(Spot::from(text), Scheme::Locarno, &text.raw_text(), true);
        }
    }
}

/// Main and further symbols as text, which may follow each other as one list.
fn parted(draft: &mut Draft<'_>, node: &Node, scheme: Scheme) {
    for part in node.nodes() {
        let is_main = part.name == "main-classification";
        if is_main || part.name == "further-classification" {
            draft.class(Spot::from(part), scheme, &part.raw_text(), is_main);
        }
    }
}

fn edition(draft: &mut Draft<'_>, node: &Node, scheme: Scheme) {
    let edition = node.text_at("edition");
    let edition = edition.trim_start_matches('0');
    for class in &mut draft.record.classes {
        if class.scheme == scheme && class.edition.is_empty() {
            class.edition = edition.to_owned();
        }
    }
}

/// A symbol in parts, or as the text of ST.8.
fn symbol(draft: &mut Draft<'_>, node: &Node, scheme: Scheme) {
    let spot = Spot::from(node);
    if let Some(text) = node.child("text") {
        let raw = text.raw_text();
        return draft.class(spot, scheme, &raw, is_first(&raw));
    }
    let part = |name: &str| node.text_at(name);
    let raw = format!(
        "{}{}{} {}/{} ({})",
        part("section"),
        part("class"),
        part("subclass"),
        part("main-group"),
        part("subgroup"),
        node.first(&["date"]).map(Node::text).unwrap_or_default(),
    );
    let raw = if part("main-group").is_empty() { node.text() } else { raw };
    draft.class(spot, scheme, &raw, part("symbol-position") == "F");
}

fn parties(draft: &mut Draft<'_>, data: &Node) {
    let limits = draft.limits;
    let groups = data.find(&["parties", "us-parties", "cn-parties"]);
    let homes: Vec<&Node> = if groups.is_empty() { vec![data] } else { groups };
    for home in homes {
        for node in preferred(home.find(&["applicant", "us-applicant", "cn-applicant"])) {
            let is_inventor = node.attribute("app-type") == "applicant-inventor";
            let is_silent = is_inventor && is_withheld(node);
            if is_inventor {
                draft.inventor(Spot::from(node), party(node), is_silent);
            }
            if !is_silent {
                add(&mut draft.record.applicants, party(node), limits);
            }
        }
        inventors(draft, &home.find(&["inventor", "us-inventor", "cn-inventor"]));
        for node in home.find(&["agent", "cn-agent"]) {
            for agency in node.find(&["cn-agency", "agency"]) {
                add(&mut draft.record.representatives, party(agency), limits);
            }
            add(&mut draft.record.representatives, party(node), limits);
        }
    }
    for node in data.find(&["assignee", "cn-assignee", "grantee", "cn-grantee"]) {
        add(&mut draft.record.owners, party(node), limits);
    }
}

/// One inventor may stand there in several forms; a wish in one form holds for all of them.
fn inventors(draft: &mut Draft<'_>, all: &[&Node]) {
    let silent: Vec<&str> = all
        .iter()
        .filter(|node| is_withheld(node))
        .map(|node| node.attribute("sequence"))
        .filter(|sequence| !sequence.is_empty())
        .collect();
    for node in preferred(all.to_vec()) {
        let is_silent = is_withheld(node) || silent.contains(&node.attribute("sequence"));
        draft.inventor(Spot::from(node), party(node), is_silent);
    }
}

fn party(node: &Node) -> Party {
    let book = node.any(&["addressbook", "applicant-name", "inventor-name"]).unwrap_or(node);
    let first = |names: &[&str]| {
        let found = names.iter().map(|name| book.text_at(name)).find(|text| !text.is_empty());
        found.unwrap_or_default()
    };
    let given = join(&[&first(&["first-name"]), &first(&["middle-name"])], " ");
    let person = join(&[&first(&["last-name"]), &given, &first(&["suffix"])], ", ");
    let whole = first(&["orgname", "organization-name", "name"]);
    let whole = if whole.is_empty() { person } else { whole };
    let bare = node.nodes().next().is_none();
    let address = book.child("address").or_else(|| node.child("address"));
    let line = |path: &str| address.map(|address| address.text_at(path)).unwrap_or_default();
    let residence = node.text_at("residence/country");
    let stated = line("country");
    let lines = ["street", "address-1", "address-2", "text"].map(line);
    Party {
        name: if bare { node.text() } else { whole },
        street: join(&lines.each_ref().map(String::as_str), ", "),
        city: join(&[&line("city"), &line("state"), &line("province")], ", "),
        country: country(if stated.is_empty() { &residence } else { &stated }),
        office_id: first(&["iid", "registered-number"]),
    }
}

fn claims(draft: &mut Draft<'_>, root: &Node) {
    for set in root.find(&["claims", "cn-claims"]) {
        let outer = lang(draft, set);
        for claim in set.find(&["claim"]) {
            let inner = claim.attribute("lang");
            let language = if inner.is_empty() { outer } else { inner };
            draft.claim(claim.attribute("num"), language, claim.text());
        }
    }
}

fn citations(draft: &mut Draft<'_>, data: &Node) {
    for node in data.find(&["patcit", "nplcit"]) {
        let number = if node.name == "patcit" {
            document_id(draft, "citation", Role::Publication, node, "")
        } else {
            None
        };
        let text = node.child("text").or(node.child("othercit")).unwrap_or(node).text();
        match number {
            Some(number) if !number.office.is_empty() => {
                draft.citation(Citation::Patent(number));
            }
            _ if !text.is_empty() => draft.citation(Citation::Other(text)),
            _ => {}
        }
    }
}

fn status(draft: &mut Draft<'_>, root: &Node, data: &Node) {
    let family = root.attribute("family-id");
    draft.record.family = (!family.is_empty()).then(|| family.to_owned());
    let legal = data.text_at("legal-status");
    if !legal.is_empty() {
        let (source, date) = (draft.record.publication.office.clone(), None);
        draft.record.status = Some(Status { text: legal, source, date });
    }
    // DOCDB tells whether the document was created, amended or deleted there.
    let exchanged = root.attribute("status");
    if draft.record.format == Format::Docdb && !exchanged.is_empty() {
        let date = draft.date(Spot::from(root), "status", root.attribute("date-of-last-exchange"));
        let (text, source) = (exchanged.to_owned(), "DOCDB".to_owned());
        draft.record.status = Some(Status { text, source, date });
    }
}
