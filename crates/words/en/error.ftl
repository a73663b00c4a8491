# Whole pages for what went wrong.

error-not-found-title = This page is not here
error-not-found-text = The address may be mistyped, or what stood here is not for you to see. We answer the same in both cases.
error-not-allowed-title = You may not do this
error-not-allowed-text = Your role does not include it. The owner’s officer or the office can help.
error-sign-in-title = Sign in to go on
error-sign-in-text = What you have written is kept while you sign in.
error-own-title = Something broke on our side
error-own-text = Nothing of yours was lost that had been saved. Try again; if it happens twice, tell us the number below.
error-own-number = Number of this error
error-busy-title = Very busy just now
error-busy-text = Your request was not carried out. Try again in a few seconds.
error-read-only-title = Only reading works just now
error-read-only-text = The disk is nearly full. The office has been told; nothing was lost.
error-method-title = This address does not take that
error-method-text = Go back and use the buttons of the page.
error-home = Go to the start page
error-back = Go back
error-search = Search for it
error-unknown-title = We do not know yet whether this was done
error-unknown-text = Send it again unchanged: you get the first answer, never a second act.
error-conflict-title = Somebody was faster
error-conflict-text = Nothing of yours was saved. See below what has changed.
error-refused-title = This cannot be done
error-refused-text = The reasons are below, all at once, each with what would change it.
