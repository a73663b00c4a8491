# Invitations into an organisation, as whoever gets one meets them.

invitation-title = An invitation into { $organisation }
invitation-lead = You are invited as: { $role }. The invitation is for { $email } and ends on { $at }.
invitation-known = This address has an account already. Accept with its password.
invitation-new = This address has no account yet. Say who you are and choose a password.
invitation-name = Your name
invitation-accept = Accept
invitation-not-mine = If you do not know this organisation, close this page. Nothing happens.
invitation-accepted = You belong to { $organisation } now
invitation-accepted-next = Sign in with your mail address.

refusal-invitation-password-wrong = This is not the password of the account with this address.
    .help = Type the password you sign in with here; if it is lost, ask the city’s office for a new link to set it.
