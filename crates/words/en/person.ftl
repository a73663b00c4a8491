# People, as administrators see them.

person-one = Person
person-list-title = People
person-list-of = People of { $organisation }
person-list-empty = Nobody yet. Invite the first person.
person-name = Name
person-email = Mail address
person-state = State
person-state-invited = Invited
person-state-active = Active
person-state-disabled = Shut
person-state-erased = Erased
person-roles = Roles
person-clearance = Clearance
person-account = Account
person-lang = Language of mail and pages
person-lang-english = English
person-lang-chinese = Chinese
person-since = Invited on
person-changed = Saved.
person-new = Invite a person
person-new-lead = You get a one-time link to pass on. The person sets the password; nobody else ever sees it.
person-invite = Invite
person-organisation-hint = Name, short name or reference of the organisation.
person-invited = The person is invited
person-open = Open the person’s page
person-link-lead = Pass this link on by a way you trust, such as in person or by phone:
person-link-mailed = The link goes to the person by mail as well; passing it on yourself is not needed.
person-link-once = It is shown this once, works once, and ends on { $at }.
person-link-told = The link was shown when it was made, and is kept nowhere. If it is lost, make a new one on the person’s page.
person-no-role = No role in any organisation.
person-role-give = Give a role
person-role-give-lead = A role counts from the next page the person opens.
person-role-until = Last day of the role
person-role-end = End the role
person-role-end-title = End the role “{ $role }”?
person-role-end-text = What the role allowed ends at once. The log keeps that it was held.
person-no-clearance = None given: public things and what the role shows.
person-clearance-set = Set the clearance
person-clearance-set-lead = Saving signs the person out everywhere, so that the new clearance counts at once.
person-clearance-compartments = Compartments
person-clearance-lists = Lists of readers
person-clearance-words-hint = Short words of Latin letters and figures, apart by blanks.
person-clearance-jurisdiction = Jurisdiction that binds the person
person-clearance-jurisdiction-hint = Two letters, such as CN.
person-reset-lead = A one-time link lets the person set a new password. It does not sign anybody in by itself.
person-reset = Make a one-time link
person-reset-done = The one-time link is made
person-close = Shut the account
person-close-title = Shut the account of { $name }?
person-close-text = Sessions, keys and links end at once. What the person did stays in the log.
person-shut = This account is shut. Nobody can sign in with it.

field-until = last day
field-lists = lists of readers
field-jurisdiction = jurisdiction

refusal-person-email-unreadable = This is not a mail address.
    .help = Write it like name@example.org.
refusal-person-email-taken = Somebody has an account with this mail address already.
    .help = Open that person’s page and give the role there.
refusal-person-unknown = Nobody is known as “{ $found }”.
    .help = Use the mail address or the id of the person.
refusal-person-disabled = This account is shut.
    .help = Invite the person anew with another address, or ask the security administrator.
refusal-person-role-too-wide = You can invite people of your own firm only, not officers of the city.
    .help = Choose one of the roles shown, or ask the city’s office.
refusal-person-last-administrator = This is the last person with the role “{ $role }”.
    .help = Give the role to somebody else first.
refusal-membership-exists = The person has this role in this organisation already.
    .help = Nothing needs to be done, or choose another role.
refusal-membership-ends-in-past = The last day is over already.
    .help = Choose a day in the future, or leave it empty.
refusal-membership-roles-separate = The system, security and audit administrators are three people without any other role.
    .help = Give the role to another person, or end the other roles first.
refusal-label-word = “{ $found }” cannot name a compartment or a list.
    .help = Use at most 32 Latin letters, figures, hyphens or underscores.
person-successor = Successor for open tasks
person-successor-hint = Optional: the mail address of a colleague. Tasks that the colleague may not take wait for everybody who may.
person-tasks-passed =
    { $count ->
        [one] { $count } open task has gone to the successor.
       *[other] { $count } open tasks have gone to the successor.
    }
person-tasks-back =
    { $count ->
        [one] { $count } open task waits again for everybody who may take it.
       *[other] { $count } open tasks wait again for everybody who may take them.
    }
refusal-person-successor-unknown = Nobody active has this address.
    .help = Check the address, or leave the field empty: then the tasks wait for everybody who may take them.
