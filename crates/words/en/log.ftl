# The log and who looked.

log-title = The log
log-lead = Every change here is an entry in one log. Its checkpoints are signed, so that nobody, not even we, can change the past unnoticed.
log-checkpoint-title = Newest checkpoint
log-checkpoint-lead = It names the log, how many entries it has, and one hash over all of them.
log-checkpoint-none = The first checkpoint has not been signed yet.
log-checkpoint-file = Checkpoint as a file
log-size = Entries
log-signed-at = Signed
log-key-title = Key to check with
log-key-lead = Keep this key. If it ever changes, ask why before you trust a checkpoint.
log-key-file = Key as a file
log-verify-title = Check it yourself
log-verify-lead = Any shell with OpenSSL 3 can check the signature:
log-verify-answer = The answer must be “Signature Verified Successfully”. Keep the checkpoint: a later one must prove that it grew out of yours.
log-verify-more = Proofs that one entry is in the log, and that a later checkpoint grew out of an earlier one, come from the programming interface. The formats are the public ones of C2SP: signed note, tlog-checkpoint.
log-kept-title = What the log holds
log-kept-text = Who did what to which thing, and when. Of the content it holds a commitment only, so that a text can be erased without breaking the chain. The number of entries is public; what is in them is not.
log-looks-title = Who looked
log-looks-lead = Looks at things that are not for everybody, the newest first. You see those you answer for.
log-looks-none = No looks at things that you may see.
log-looks-one = Looks at one technology.
log-looks-all = Show all
log-look-at = When
log-look-person = Who
log-look-network = Network
log-look-things = What
log-look-number = Entry

refusal-proof-out-of-range = The log has no such proof: { $found }.
    .help = Ask for sizes from 1 up to that of the newest checkpoint.
