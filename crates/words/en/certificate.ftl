# Certificates, and whether they still hold.

certificate-title = Certificate of confirmation
certificate-print = Print this page. Whoever holds the paper can check whether it still holds.
certificate-says = What is confirmed
certificate-technology = Technology
certificate-owner = Owner
certificate-reference = Reference
certificate-version = Version
certificate-confirmed = Confirmed by its owner
certificate-digest = Hash of the content
certificate-check = Check this paper
certificate-scan = Scan the code, or type the address below it.
certificate-check-now = Check it now
certificate-log = Log of the city at { $at }: { $size } entries, root { $root }
certificate-verify-title = Does the paper still hold?
certificate-valid = Valid: this is what the owner stands by today.
certificate-changed = Changed since { $at }: the paper says what was confirmed before.
certificate-withdrawn = Withdrawn on { $at }: the paper no longer holds.
certificate-not-ours = There is no such certificate.
certificate-not-ours-help = Compare reference and version with the paper, letter by letter. If they are the same, the paper is not from here.
certificate-see = What is said about it today
certificate-compare = Compare these lines with the paper, and the address of this page with the one you know.
refusal-certificate-not-public = There is no certificate for this technology.
    .help = Only a confirmed technology that everybody may see gets one: otherwise nobody could check the paper.
