# Open licences of patents: declared, announced, taken by notice, withdrawn or lapsed.

open-licence-state-declared = Declared, not yet announced
open-licence-state-announced = Open to everybody
open-licence-state-withdrawn = Withdrawn
open-licence-state-lapsed = Lapsed
open-licence-since = Announced on { $at }.
open-licence-until = No notice counts from { $at } on. Licences that arose before stay.
open-licence-lapse-right-lapsed = The patent is no longer in force.
open-licence-lapse-transferred = The patent went to another owner.
open-licence-lapse-withdrawn = The technology was withdrawn.
open-licence-count = { $count ->
    [0] No licence has arisen yet.
    [one] One licence has arisen.
   *[other] { $count } licences have arisen.
}
open-licence-register = Register of licences
open-licence-licensee = Licensee
open-licence-received = Notice received
open-licence-receipt = Proof of receipt
open-licence-declare = Declare an open licence
open-licence-declare-means = Anybody may then use the patent on the terms of this listing, and no exclusive licence is given while it stands.
open-licence-report-hint = Its number, for utility models and designs
open-licence-announce = Announce it
open-licence-withdraw = Withdraw it
open-licence-notice = Give notice and take a licence
open-licence-notice-means = The licence arises with the moment in which your notice is received; its proof names that moment. You pay as announced.

refusal-open-licence-needs-patent = There is no patent in force.
    .help = Record a granted patent with its number and end.
refusal-open-licence-needs-report = A utility model or design needs an evaluation report.
    .help = Enter the number of the report.
refusal-open-licence-stands = An open licence stands already: { $reference }.
    .help = Withdraw it before you declare another one.
refusal-open-licence-exclusive = An exclusive right is given or offered: { $reference }.
    .help = An open licence goes with licences that are not exclusive. Withdraw that offer first.
refusal-open-licence-not-now = This cannot be done in this state: { $state }.
    .help = Load the page again.
refusal-open-licence-takes-none = No notice is taken: it ended at { $at }, or is not announced yet.
    .help = Ask the owner for a licence.
refusal-open-licence-had = Your organisation has a licence already: { $reference }.
    .help = Look at it under “Deals”.
