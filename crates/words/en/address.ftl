# Another mail address for one's own account.

address-title = Mail address
address-lead = Whoever asks for another address proves anew who it is. The new one counts once you have pressed the link that we send there; until then you sign in with the old one.
address-now = You sign in with { $address }.
address-new = New address
address-new-hint = We send a link there, good for a day. The old address is told.
address-ask = Send the link
address-waits = Not confirmed yet
address-waits-lead = A letter is on its way to { $address }. Its link is good until { $until }.
address-drop = Keep the old address
address-done-asked = Look into the letters of the new address.
address-done-dropped = The old address stays.
address-no-mail = This city sends no mail at present: the letter waits, and its link is good for a day all the same.
address-open = Change the mail address
address-confirm-title = Confirm the new mail address
address-confirm-lead = From then on you sign in with it, and all letters go there.
address-confirm = Use this address

refusal-address-same = This is your address already.
    .help = Type the one that you want from now on.
refusal-address-link-gone = This link is worth nothing any more.
    .help = It is good for a day, once, for whoever asked for it. Ask for another one on your account page.
