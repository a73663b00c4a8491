# Personal data: what is held, handing it over, erasing a person.

erasure-name = Erased person
erasure-title = Erase this account
erasure-own-title = Erase my account
erasure-lead = This cannot be undone. What you gave us as a person goes; what you did in office stays, without your name.
erasure-goes-title = This goes, at once
erasure-goes-name = Name, mail address and language
erasure-goes-access = Password, second factor, recovery codes, sessions, keys and links
erasure-goes-clearance = The clearance; places in organisations end
erasure-goes-texts =
    { $count ->
        [one] { $count } text of the log about the person
       *[other] { $count } texts of the log about the person
    }
erasure-stays-title = This stays, and why
erasure-stays-log = Entries of the log without their texts, under a number instead of a name: the law asks that it is kept, and it must stay whole to prove that nothing was rewritten.
erasure-stays-work = What was written in the name of an organisation, such as inventors and contacts of a technology: it is that organisation’s, which can change it.
erasure-stays-looks = Who looked at restricted things: those who answer for them must be able to tell.
erasure-stays-backup = Backups made before, until they are renewed.
erasure-open-title = First hand this over
erasure-typed-hint = Type { $email } to confirm.
erasure-do = Erase for good
erasure-done-title = The account is erased
erasure-done-text = Nobody can sign in with it, and the name is gone. Thank you for your time with us.
erasure-link = Erase my account …
erasure-person-link = Erase this person …

field-typed = mail address

refusal-erasure-done = This account is erased already.
    .help = Nothing needs to be done.
refusal-erasure-operator = This is the installation’s own account, which commands act as.
    .help = It cannot be erased; change its name and address instead.
refusal-erasure-role = The role “{ $role }” has to be handed over first.
    .help = Somebody else takes it over, then end it on the person’s page.
refusal-erasure-imports =
    { $count ->
        [one] { $count } import was begun and not finished.
       *[other] { $count } imports were begun and not finished.
    }
    .help = Finish or undo them first.
refusal-erasure-tasks =
    { $count ->
        [one] { $count } open task is given to this person.
       *[other] { $count } open tasks are given to this person.
    }
    .help = Finish it, hand it over or put it back first.
refusal-erasure-typed = This is not the mail address of the account.
    .help = Type it as it is shown.
