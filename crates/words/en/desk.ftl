# My desk.

desk-title = My desk
desk-greeting = Hello { $name }.
desk-waiting =
    { $count ->
        [one] { $count } thing waits for you.
       *[other] { $count } things wait for you.
    }
desk-empty = New drafts, imports and reviews will appear here by themselves.
desk-act-technology = Add a technology
desk-act-import = Import files
desk-act-people = People
desk-act-looks = Who looked
desk-act-operations = Operations
desk-act-find = Find technologies
desk-drafts-title =
    { $count ->
        [one] { $count } draft to confirm
       *[other] { $count } drafts to confirm
    }
desk-drafts-lead = Others see them only after your word as their owner.
desk-drafts-act = Check and confirm
desk-stale-title =
    { $count ->
        [one] { $count } technology to confirm again
       *[other] { $count } technologies to confirm again
    }
desk-stale-lead = Nobody has said for half a year that they are still right; readers are told so.
desk-stale-act = Confirm again
desk-stubs-title =
    { $count ->
        [one] { $count } number without a text to review
       *[other] { $count } numbers without a text to review
    }
desk-stubs-lead = Imported without their texts, because it is not known yet whether these may be shown.
desk-stubs-act = Review
desk-own-title =
    { $count ->
        [one] { $count } technology of my organisation
       *[other] { $count } technologies of my organisation
    }
desk-own-lead = The newest first.
desk-own-act = Revise
desk-imports-title =
    { $count ->
        [one] { $count } import
       *[other] { $count } imports
    }
desk-imports-lead = Waiting for a yes, paused, or going on.
desk-import-rows = { $done } of { $total } records
desk-column-title = Technology
desk-column-reference = Reference
desk-column-state = State
desk-column-changed = Last confirmed or changed
desk-column-act = Next step
desk-more = and { $count } more
desk-all = Show all
desk-desks-title = Who handles what
desk-desks-lead = Cases of a process are handled by the people of one organisation: its reviewers, confidentiality officers and agency officers see them and take their tasks. Cases that run already stay where they are.
desk-desks-now = Handled by:
desk-desks-office = the city’s office
desk-desks-organisation = Organisation
desk-desks-hint = Name, reference or id. Empty: the city’s office.
desk-desks-act = Set
desk-desks-done = Set. New cases go there from now on.
