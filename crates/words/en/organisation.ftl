# Organisations: institutes, firms, agencies and other bodies.

organisation-one = Organisation
organisation-list-title = Organisations
organisation-list-lead = Institutes, universities, firms and offices that take part, in the order in which they joined.
organisation-list-empty = No organisation has joined yet.
organisation-name = Name
organisation-kind = Kind
organisation-region = Region
organisation-reference = Reference
organisation-short = Short name
organisation-credit-code = Unified social credit code
organisation-about = About
organisation-find = Find
organisation-find-hint = Name, pinyin initials or credit code
organisation-find-all = Show all
organisation-find-none = No organisation is found by “{ $typed }”.
organisation-industry = Trade
organisation-founded = Founded
organisation-source = Known from
organisation-claim = Do you speak for this organisation?
organisation-verified = Verified
organisation-unverified = Not verified
organisation-changed = Last changed
organisation-new = New organisation
organisation-create = Add the organisation
organisation-revise = Change this page
organisation-save = Save the changes
organisation-people = People
organisation-form-lead = Everything on this page is public.
organisation-name-hint = As registered.
organisation-credit-code-hint = 18 characters, with the check character; leave it empty for bodies without one.
organisation-aliases = Other spellings
organisation-aliases-hint = One a line: names under which this organisation stands in files to import.
organisation-conflict = Somebody saved a change while you were writing. Before is what stands there now, after is what you typed. Sending again puts yours in its place.
organisation-technologies =
    { $count ->
        [0] Technologies
        [one] { $count } technology
       *[other] { $count } technologies
    }
organisation-technologies-none = Nothing of this organisation is shown to you.
organisation-technologies-all = Show all of them
organisation-kind-institute = Research institute
organisation-kind-university = University
organisation-kind-firm = Firm
organisation-kind-agency = Public office
organisation-kind-expert-body = Body of experts
organisation-kind-bank = Bank
organisation-kind-park = Park

field-short = short name
field-region = region
field-about = text about the organisation
field-aliases = other spellings

refusal-organisation-credit-code-taken = Another organisation has this credit code already.
    .help = Search for it; perhaps it was added under another name.
refusal-organisation-unknown = No organisation is called “{ $found }”.
    .help = Type its name, short name or reference; a new one is added by the city’s office.
