# Signing in by an account of another provider.

identity-title = Sign-in by another account
identity-lead = An account elsewhere that you link here signs you in without a password of this site.
identity-none = No account elsewhere is linked.
identity-since = linked { $at }
identity-provider-gone = No longer offered
identity-link = Link { $name }
identity-unlink = Unlink { $name }
identity-link-title = Link { $name }
identity-link-lead = You sign in there, and come back here. From then on that account signs you in as yourself.
identity-go = Go on to { $name }
identity-cancel = Back to my account
identity-sign-in-title = With another account
identity-sign-in-lead = If you linked an account of one of these before, it signs you in.
identity-sign-in-with = Sign in with { $name }
identity-sign-in-again = Sign in again with { $name }
identity-carries-not = This way does not keep what you wrote: copy your texts first.
identity-proof-lead = Or prove it by signing in again. What you typed in a form is not kept on this way.
identity-accept-lead = Instead of setting a password you can link an account that you have already. It signs you in from then on.
identity-accept-with = Link { $name } and sign in
identity-no-password = You have no password here; your linked account signs you in. If you want one, your administrator sends you a one-time link.

refusal-identity-failed = Signing in by the other account did not work.
    .help = Begin anew here. If it fails again, sign in with your password or tell the responsible office, with the time.
refusal-identity-unknown = This account is not linked to anybody here.
    .help = Sign in with your mail address and password, then link it on the page “My account”. If you were invited, open the link of your invitation first. Nothing was created.
refusal-identity-taken = This account is linked already and cannot be linked here.
    .help = Take another account, or tell the responsible office if you do not know why.
refusal-identity-linked-already = This account is linked to you already.
    .help = Nothing more is to be done.
refusal-identity-many = No more than { $most } accounts can be linked.
    .help = Unlink one that you no longer use.
refusal-identity-last = This is your last way to sign in.
    .help = Link another account first, or ask your administrator for a one-time link to set a password.
