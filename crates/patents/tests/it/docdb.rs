//! DOCDB and ST.36 in fixtures of ours.
use patents::{Citation, Format, Scheme, detect};

use crate::{only, outcome, read_all};

const FIRST: &str = "<exch:exchange-document country=\"EP\" doc-number=\"1325900\" kind=\"A1\"
 date-publ=\"20030709\" family-id=\"18759349\" status=\"A\">
 <exch:bibliographic-data>
  <exch:publication-reference data-format=\"docdb\"><document-id lang=\"en\"><country>EP</country>
   <doc-number>1325900</doc-number><kind>A1</kind><date>20030709</date></document-id>
  </exch:publication-reference>
  <exch:publication-reference data-format=\"epodoc\"><document-id>
   <doc-number>EP1325900</doc-number></document-id></exch:publication-reference>
  <exch:classifications-ipcr><classification-ipcr sequence=\"1\">
   <text>C07C  29/44        20060101AFI20060310RMJP        </text></classification-ipcr>
  </exch:classifications-ipcr>
  <exch:application-reference data-format=\"docdb\"><document-id><country>EP</country>
   <doc-number>01963450</doc-number><kind>A</kind><date>20010905</date></document-id>
  </exch:application-reference>
  <exch:priority-claims>
   <exch:priority-claim sequence=\"1\" data-format=\"docdb\"><document-id><country>JP</country>
    <doc-number>2000273711</doc-number><date>20000908</date></document-id></exch:priority-claim>
   <exch:priority-claim sequence=\"1\" data-format=\"epodoc\"><document-id>
    <doc-number>JP20000273711</doc-number></document-id></exch:priority-claim>
  </exch:priority-claims>
  <exch:parties><exch:applicants>
   <exch:applicant sequence=\"1\" data-format=\"docdb\"><exch:applicant-name>
    <name>ASAHI GLASS CO LTD</name></exch:applicant-name><residence><country>JP</country>
    </residence></exch:applicant>
   <exch:applicant sequence=\"1\" data-format=\"docdba\"><exch:applicant-name>
    <name>Asahi Glass Company Ltd.</name></exch:applicant-name></exch:applicant>
   </exch:applicants><exch:inventors>
   <exch:inventor sequence=\"1\" data-format=\"docdb\"><exch:inventor-name>
    <name>TOHMA TOSHIHIKO</name></exch:inventor-name></exch:inventor></exch:inventors>
  </exch:parties>
  <exch:invention-title lang=\"en\">Process &minus; one</exch:invention-title>
  <exch:patent-classifications><patent-classification sequence=\"1\">
   <classification-scheme office=\"EP\" scheme=\"CPCI\"/>
   <classification-symbol>C07C  29/44        </classification-symbol></patent-classification>
  </exch:patent-classifications>
  <exch:references-cited><exch:citation><patcit num=\"1\"><document-id><country>JP</country>
   <doc-number>54154707</doc-number><kind>A</kind><date>19791200</date></document-id></patcit>
  </exch:citation></exch:references-cited>
 </exch:bibliographic-data>
 <exch:abstract lang=\"en\"><exch:p>A process.</exch:p></exch:abstract>
</exch:exchange-document>";

fn file(documents: &[&str]) -> String {
    let head = "<?xml version=\"1.0\"?>\n<exch:exchange-documents xmlns:exch=\"http://e\">\n";
    format!("{head}{}\n</exch:exchange-documents>\n", documents.join("\n"))
}

#[test]
fn one_document_becomes_one_record() {
    let text = file(&[FIRST]);
    assert_eq!(detect(text.as_bytes(), ""), Some(Format::Docdb));
    let record = only(&text);
    assert_eq!(record.publication.key(), "EP1325900");
    assert_eq!(record.family.as_deref(), Some("18759349"));
    assert_eq!(record.application.as_ref().unwrap().number, "01963450.0");
    assert_eq!(record.priorities.len(), 1);
    assert_eq!(record.applicants.len(), 1);
    assert_eq!(record.applicants[0].country, "JP");
    assert_eq!(record.inventors[0].name, "TOHMA TOSHIHIKO");
    assert_eq!(record.title("en"), Some("Process − one"));
    let schemes: Vec<_> = record.classes.iter().map(|class| class.scheme).collect();
    assert_eq!(schemes, [Scheme::Ipc, Scheme::Cpc]);
    assert!(record.classes[0].is_main);
    let [Citation::Patent(cited)] = record.citations.as_slice() else { panic!("one citation") };
    assert_eq!(cited.date.unwrap().to_string(), "1979-12");
    assert_eq!(record.abstracts[0].text, "A process.");
}

#[test]
fn a_bad_document_among_many_costs_itself_only() {
    let second = FIRST.replace("1325900", "1325901");
    let bad = FIRST.replace("ASAHI GLASS", "ASAHI & GLASS");
    let text = file(&[FIRST, &bad, &second]);
    assert_eq!(outcome(text.as_bytes()), "EP1325900 bare-ampersand@66 EP1325901");
    let text = file(&[FIRST, &bad]);
    assert_eq!(outcome(text.as_bytes()), "EP1325900 bare-ampersand@66");
}

#[test]
fn documents_inside_answers_of_a_service_are_found() {
    let text = format!("<ops:x xmlns:ops=\"o\"><ops:y>{FIRST}{FIRST}</ops:y></ops:x>");
    assert_eq!(outcome(text.as_bytes()), "EP1325900 EP1325900");
}

#[test]
fn any_root_with_bibliographic_data_is_read() {
    let record = only(
        "<kr-patent-document country=\"KR\"><bibliographic-data><publication-reference>
         <document-id><country>KR</country><doc-number>1020210001234</doc-number><kind>B1</kind>
         <date>20210105</date></document-id></publication-reference>
         <invention-title lang=\"ko\">방법</invention-title></bibliographic-data>
         </kr-patent-document>",
    );
    assert_eq!(record.format, Format::St36);
    assert_eq!(record.publication.key(), "KR1020210001234");
    assert_eq!(record.title("ko"), Some("방법"));
}

#[test]
fn parts_of_application_files_are_named() {
    let text = "<?xml version=\"1.0\"?><pat:ClaimsDocument xmlns:pat=\"u\"><pat:x/>\
                </pat:ClaimsDocument>";
    let all = read_all(text.as_bytes(), "a.xml");
    let problem = all[0].as_ref().unwrap_err();
    assert_eq!(problem.code.name(), "not-a-patent");
    assert_eq!(problem.value(), "pat:ClaimsDocument");
    assert_eq!(outcome(b"<html><p>x</p></html>"), "root-unsupported@1");
}

#[test]
fn priorities_of_other_offices_get_their_normal_form() {
    let claim = "data-format=\"docdb\"><document-id><country>JP";
    let text = FIRST.replace(claim, &claim.replace("JP", "US"));
    let text = text.replace("2000273711", "201514865040");
    let record = only(&file(&[&text]));
    assert_eq!(record.priorities[0].key(), "US/14865040");
    assert_eq!(record.status.unwrap().text, "A");
}
