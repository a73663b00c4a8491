# Mergers: one organisation is taken into another.

merger-title = Take it into another organisation
merger-open = Merge …
merger-lead = { $organisation } stays under its number and code, and leads to the other from then on. This cannot be taken back.
merger-goes = What goes with it
merger-technologies = Technologies
merger-deals = Deals, contracts and auctions
merger-cases = Cases
merger-people = People
merger-and = With them go names it is known by, invitations, webhooks, imports, files, bulletins, desks, deals, contracts and shares. People keep their roles, now in the other organisation, and hear of it by mail. The log and what was decided stay as they are.
merger-into-hint = Its name, reference, or unified social credit code.
merger-reason-hint = What shows that they are one, such as a notice of the register and its date.
merger-press = Merge them
merger-done-notice = It was taken into another organisation:
merger-tag = Merged

field-into = other organisation

refusal-merger-same = An organisation cannot be taken into itself.
    .help = Name the other one.
refusal-merger-done = This organisation was taken into another already.
    .help = Open the one into which it went.
refusal-merger-into-gone = The other organisation was itself taken into another.
    .help = Name the one into which it went.
refusal-merger-agency = The city’s own offices are not merged here.
    .help = Give their people their places in the other office one by one.
refusal-merger-bids = It bids in the auction { $reference }, or its deposit lies there.
    .help = Wait until the auction is settled and the deposit is given back.
