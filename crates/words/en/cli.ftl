# The command line: what it says, and its help.

cli-help-usage = Usage
cli-help-examples = Examples
cli-help-commands = Commands
cli-help-options = Options of this command
cli-help-common = Options of every command

cli-about-bellwether = One program for a science-and-technology city: the catalogue of its technologies, who owns them, and who may see what.
cli-examples-bellwether =
    bellwether demo                            a filled city to look at, on this machine
    bellwether init                            set up a city of your own
    bellwether serve                           open it to people
    bellwether import technologies files/      read technologies from files
cli-notes-bellwether = Exit codes: 0 done · 1 failed or done in part · 2 wrong usage · 3 not found · 4 not allowed · 5 refused by a rule · 6 conflict · 7 outcome unknown · 8 damage.
cli-about-serve = Serves the city of a data folder to browsers and programs.
cli-examples-serve =
    bellwether serve --data /var/lib/bellwether
    bellwether serve --config /etc/bellwether.toml
    BELLWETHER_STORE=postgres://db/city bellwether serve
cli-about-init = Sets up a city: asks seven questions, writes one settings file, makes the first account.
cli-examples-init =
    bellwether init
    bellwether init --name-en "Fucheng" --name-zh 涪城 --public-url https://city.example --operator-email wu.min@city.example
    bellwether init --name-en "Fucheng" --operator-email wu.min@city.example --security-email gu@city.example --json
cli-about-demo = Starts the demonstration city on this machine: invented people and technologies, ready to sign in.
cli-examples-demo =
    bellwether demo
    bellwether demo --scale 10000 --port 8090
    bellwether demo --data /tmp/another-demo --lang zh
cli-about-import = Reads things from files.
cli-about-import-technologies = Reads technologies from files and folders. Formats are recognised by their content: workbooks, CSV, patent XML, JSON lines, archives of them.
cli-examples-import-technologies =
    bellwether import technologies results.xlsx
    bellwether import technologies patents/ catalogue.csv --owner "Fucheng Institute"
    bellwether import technologies nasa/ --owner NASA --public-source "NASA technology transfer portal"
    bellwether import technologies results.xlsx --dry-run --json
cli-notes-import-technologies = Good records are taken and the rest is reported. The same files again change nothing, also after an interruption.
cli-about-import-organisations = Reads a register of enterprises: a workbook or CSV with heads in Chinese or English, one firm a row.
cli-examples-import-organisations =
    bellwether import organisations register.xlsx --source "Register of enterprises, March 2026"
    bellwether import organisations register.csv --dry-run --json
cli-notes-import-organisations = Firms enter unverified and can be claimed by their own people. Columns of people and telephones are not read. The same file again changes nothing; what a firm says of itself is never changed.
cli-about-import-files = Brings the files of another file store to where the settings say: those of a backup, or of the folder used before a bucket.
cli-examples-import-files =
    bellwether import files /backups/2026-11-22/files
    bellwether import files /var/lib/bellwether/files --json
cli-notes-import-files = Every file is checked by its hash on the way. What is there already stays, what is damaged there is mended, and the folder is left as it is.
cli-about-export = Writes things to files.
cli-about-export-technologies = Writes the technologies that the asking person may see, to a file or the standard output.
cli-examples-export-technologies =
    bellwether export technologies --out technologies.xlsx
    bellwether export technologies --format jsonl --q "heat pump" > found.jsonl
    bellwether export technologies --format st96 --out patents.xml --as wu.min@city.example
cli-about-export-ledger = Writes the books of the city as text that hledger or beancount reads, or as a table.
cli-examples-export-ledger =
    bellwether export ledger > city.journal
    bellwether export ledger --format beancount --out city.beancount
    bellwether export ledger --format transfers --out transfers.csv
cli-about-reindex = Builds the index of the search anew, while the old one goes on answering.
cli-examples-reindex =
    bellwether reindex
    bellwether reindex --data /var/lib/bellwether --json
cli-about-verify = Checks that what is kept is what was written.
cli-about-verify-log = Checks every entry, tile and signature of the log, and the technologies against their last entry.
cli-examples-verify-log =
    bellwether verify log
    bellwether verify log --data /backup/bellwether --json
cli-about-backup = Makes a backup of one moment, also beside a running server: rows, files, settings without secrets, and what each must be.
cli-examples-backup =
    bellwether backup --to /backup/2026-03-02
    bellwether backup --to "/backup/$(date -I)" --data /var/lib/bellwether --json
cli-notes-backup = The folder appears when the backup is whole. The key of the log is never in it. Encrypt what leaves this machine: a backup holds everything.
cli-about-restore = Brings a city back from a backup into an empty place, after checking every file and the whole log.
cli-examples-restore =
    bellwether restore --from /backup/2026-03-02 --data /var/lib/bellwether
    bellwether restore --from /backup/2026-03-02 --store postgres://db/city --key log.pub
    bellwether restore --from /backup/2026-03-02 --data /tmp/try --dry-run
cli-notes-restore = Everybody is signed out. Put log.key into the data folder before: without it the city is not served.
cli-about-move = Moves all rows between SQLite and PostgreSQL, either way, and compares both sides.
cli-examples-move =
    bellwether move --from sqlite:/var/lib/bellwether --to postgres://db/city
    bellwether move --from postgres://db/city --to sqlite:/var/lib/bellwether-new
cli-notes-move = End the servers of both first. The source stays as it is and takes no changes meanwhile. When interrupted, nothing is left at the target: give the same command again.
cli-about-verify-files = Reads every file that a row names, and says which are missing or damaged.
cli-examples-verify-files =
    bellwether verify files
    bellwether verify files --data /var/lib/bellwether --json
cli-about-verify-backup = Checks a backup where it lies: every file, the whole log, the signed checkpoint. Needs no city.
cli-examples-verify-backup =
    bellwether verify backup /backup/2026-03-02
    bellwether verify backup /backup/2026-03-02 --key log.pub --json
cli-about-verify-receipt = Checks a receipt with nothing but the published key of the log, and says what it proves. Needs no city.
cli-examples-verify-receipt =
    bellwether verify receipt entry-17.tlog-proof --key log.pub
    bellwether verify receipt entry-17.tlog-proof --key "city.example/log+4eaa36c4+AQOh…" --json
cli-about-evaluate = Measures search and matching against a judged collection. Needs no city.
cli-about-evaluate-search = Measures the search.
cli-examples-evaluate-search =
    bellwether evaluate search --docs docs.tsv --queries queries.tsv --qrels qrels.txt
cli-about-evaluate-matching = Measures the matching of needs and technologies.
cli-examples-evaluate-matching =
    bellwether evaluate matching --docs docs.tsv --queries queries_full.jsonl --qrels qrels.txt --dictionary cedict.txt.gz
cli-about-organisation = Organisations of the city: who owns technologies, and whom people belong to.
cli-about-organisation-add = Adds an organisation and prints its reference.
cli-examples-organisation-add =
    bellwether organisation add --name-en "Fucheng Institute" --name-zh 涪城研究所 --kind institute
    bellwether organisation add --name-zh 涪江精工有限公司 --kind firm --credit-code 91350100M000100Y43 --region-zh 涪城区
cli-about-organisation-list = Lists organisations with reference, kind and name.
cli-examples-organisation-list =
    bellwether organisation list
    bellwether organisation list --json
cli-about-user = People of the city, their roles and their one-time links.
cli-about-user-add = Invites a person and prints the one-time link that sets the password.
cli-examples-user-add =
    bellwether user add li.na@city.example --name "Li Na" --organisation "Fucheng Institute" --role transfer-officer
cli-about-user-list = Lists people with their roles.
cli-examples-user-list =
    bellwether user list
    bellwether user list --organisation "Fucheng Institute" --json
cli-about-user-disable = Ends an account: sessions, keys and links end at once. What the person did stays.
cli-examples-user-disable =
    bellwether user disable li.na@city.example
    bellwether user disable li.na@city.example --yes --no-input
cli-about-user-reset = Prints a one-time link that sets a new password, for half an hour.
cli-examples-user-reset =
    bellwether user reset li.na@city.example
cli-about-user-factor = Second factors of people.
cli-about-user-factor-reset = Takes a lost second factor away, as the operator: it is in the log, and the person is told.
cli-notes-user-factor-reset = The password stays and is asked at the next sign-in. In the pages two security administrators do this together; use this where there are not two, or for the operator’s own.
cli-examples-user-factor-reset =
    bellwether user factor reset li.na@city.example
    bellwether user factor reset li.na@city.example --yes --no-input
cli-about-user-role = Gives a person a role in an organisation, or ends it.
cli-examples-user-role =
    bellwether user role li.na@city.example agency-officer
    bellwether user role li.na@city.example agency-officer --end
cli-about-token = Keys of the programming interface.
cli-about-token-create = Makes a key and prints its secret, once.
cli-examples-token-create =
    bellwether token create "nightly harvest" --scope technologies:read --days 30
    bellwether token create upload --scope technologies:read,technologies:write --person li.na@city.example
cli-about-token-list = Lists the keys of a person, without their secrets.
cli-examples-token-list =
    bellwether token list --as li.na@city.example
cli-about-token-revoke = Ends a key at once.
cli-examples-token-revoke =
    bellwether token revoke tok_019a…
cli-about-doctor = Looks at what the city stands on: disk, clock, versions, index.
cli-examples-doctor =
    bellwether doctor
    bellwether doctor --json

cli-arg-data = The data folder (./bellwether-data; for demo ./demo-data)
cli-arg-store = The store where it is not in the data folder: postgres://…; with a password in it, set BELLWETHER_STORE instead
cli-arg-json = One JSON document on the standard output, errors as JSON on the error output
cli-arg-lang = The language: en or zh; else that of the environment
cli-arg-quiet = Nothing but data and errors
cli-arg-no-input = Never ask; fail and name the option to give
cli-arg-yes = Do not ask for confirmation
cli-arg-help = This help
cli-arg-version = The version
cli-arg-acting = Who acts: an e-mail address or an id (the city’s operator account)
cli-arg-key = Makes repeating safe: the same key never does it twice
cli-arg-dry-run = Show what would be done, and do nothing
cli-arg-config = The settings file (bellwether.toml in the data folder)
cli-arg-listen = Where to listen, before what the settings say
cli-arg-name-en = The name of the city in English
cli-arg-name-zh = The name of the city in Chinese
cli-arg-origin = The name of the log in its signed checkpoints, for ever (from the public address)
cli-arg-public-url = The address people will use (http://127.0.0.1:8080)
cli-arg-operator-email = The e-mail address of the operator account
cli-arg-operator-name = The name of the operator
cli-arg-security-email = Also invite a first security administrator at this address
cli-arg-security-name = The name of the security administrator
cli-arg-scale = Add this many generated technologies
cli-arg-port = The port on 127.0.0.1 (8080); 0 lets the system choose
cli-arg-paths = Files and folders; folders are read whole, in the order of names
cli-arg-owner = The organisation that owns what is read: name, reference or id (the operator’s own)
cli-arg-folder = The folder of the other file store
cli-arg-source = The name of the register, kept and shown; the name of the file where it is left out
cli-arg-public-source = The public source of the files; without it, only records that prove their publication become public
cli-arg-to = The folder of the backup; it must not be there yet
cli-arg-move-to = Where to: postgres://… or sqlite:DIR, still empty
cli-arg-from = The folder of the backup
cli-arg-move-from = Where from: postgres://… or sqlite:DIR
cli-arg-dir = The folder of the backup
cli-arg-file = The receipt
cli-arg-verify-receipt-key = The published key of the log, or a file that holds it
cli-arg-verify-backup-key = The published key of the log, or a file that holds it (the one the backup names)
cli-arg-restore-key = The published key of the log, or a file that holds it (the one the backup names)
cli-arg-release-ballast = Give the ballast file up, to make room on a full disk
cli-arg-format = xlsx, csv, jsonl or st96 (from the ending of the file, else jsonl)
cli-arg-export-ledger-format = hledger, beancount, accounts or transfers (hledger); the last two are CSV
cli-arg-out = The file to write (the standard output)
cli-arg-q = Only what this query finds
cli-arg-docs = The documents: id, title and text between tabs
cli-arg-queries = The queries: id and title between tabs, or JSON lines
cli-arg-qrels = The judgements: query, 0, document, grade
cli-arg-dictionary = A dictionary of both languages, plain or gzip
cli-arg-email = The e-mail address
cli-arg-name = The name, as the person writes it in Latin letters
cli-arg-token-create-name = What the key is for
cli-arg-user-add-name-zh = The name in Chinese
cli-arg-organisation-add-name-en = The name in English
cli-arg-organisation-add-name-zh = The name in Chinese
cli-arg-kind = What it is: institute, university, firm, agency, expert-body, bank or park
cli-arg-credit-code = The unified social credit code, 18 characters
cli-arg-region-en = Where it is, in English
cli-arg-region-zh = Where it is, in Chinese
cli-arg-contact-email = The mail address of the office that helps readers
cli-arg-contact-phone = The phone of the office that helps readers
cli-arg-organisation = The organisation: name, reference or id (the operator’s own)
cli-arg-role = The role (member)
cli-arg-user-role-role = The role, such as transfer-officer or agency-officer
cli-arg-end = End the role instead of giving it
cli-arg-person = The person: an e-mail address or an id
cli-arg-token-create-person = Whose key it becomes (the acting person’s)
cli-arg-scope = What the key may do: technologies:read, technologies:write, cases:read, cases:write, parties:read, parties:write, ledger:read, ledger:write, instruments:read, instruments:write, log:read, account
cli-arg-days = How long it lasts, in days (90)
cli-arg-token = The id of the key, as listed

cli-usage-meant = Did you mean { $meant }?
cli-usage-help = See “bellwether --help”, or the same after a command.
cli-usage-unknown-option = There is no option { $found } here.
cli-usage-unknown-command = There is no command { $found }.
cli-usage-needs-command = A command is missing: { $choices }.
cli-usage-missing = Missing: { $missing }.
cli-usage-value = { $option } cannot be “{ $found }”.
cli-usage-choice = { $option } cannot be “{ $found }”. Choose one of: { $choices }.
cli-usage-conflict = { $one } and { $other } do not go together.
cli-usage-other = This cannot be understood.

cli-progress = { $done } of { $all }

cli-store-password-seen = The password in --store can be seen by others on this machine; set BELLWETHER_STORE instead.
cli-serve-ready = Open at { $url }
cli-demo-ready = The demonstration city is open at { $url }
cli-demo-end = Everything in it is invented, and second factors are offered, not required. Ctrl-C ends it; the next start goes on where it was.
cli-demo-organisations = Adding organisations …
cli-demo-people = Adding people …
cli-demo-technologies = Adding technologies …
cli-demo-instruments = Entering instruments …
cli-demo-trustees = The private halves of the demonstration's trustees lie in the folder “trustees” of its data.
cli-demo-cases = Adding cases …
cli-demo-growing = Adding generated technologies …
cli-server-late = This took too long, and its outcome is not known. Send it again unchanged: nothing is done twice.

cli-head-role = Role
cli-head-roles = Roles
cli-head-name = Name
cli-head-reference = Reference
cli-head-kind = Kind
cli-head-credit-code = Credit code
cli-head-email = E-mail
cli-head-password = Password
cli-head-person = Id
cli-head-state = State
cli-head-key = Key
cli-head-scopes = Scopes
cli-head-ends = Ends

cli-import-owner = Owner: { $name }.
cli-import-reading = Reading: { $done }
cli-import-writing = Writing: { $done } of { $all }
cli-import-warning = { $place }: note: { $text }
cli-import-problem = { $place }: { $text }
cli-import-more-problems =
    { $count ->
        [one] And { $count } more problem.
       *[other] And { $count } more problems.
    }
cli-import-done = created { $created }, updated { $updated }, unchanged { $unchanged }, stubs { $stubs }, rejected { $rejected }, unsupported { $unsupported }
cli-import-would = would be: created { $created }, updated { $updated }, unchanged { $unchanged }, stubs { $stubs }, rejected { $rejected }, unsupported { $unsupported }
cli-import-interrupted = Interrupted. Start it again with the same files: what is done stays, the rest follows.
cli-export-done =
    { $count ->
        [one] { $count } technology written.
       *[other] { $count } technologies written.
    }
cli-export-done-file =
    { $count ->
        [one] { $count } technology written to { $path }.
       *[other] { $count } technologies written to { $path }.
    }
cli-export-ledger-done =
    { $count ->
        [one] { $count } transfer written to { $path }.
       *[other] { $count } transfers written to { $path }.
    }
cli-export-everything = everything
cli-reindex-done =
    { $count ->
        [one] { $count } technology indexed.
       *[other] { $count } technologies indexed.
    }
cli-verify-done = The log is whole. Entries: { $entries }; checkpoints: { $checkpoints }; technologies: { $rows }; root: { $root }
cli-verify-no-key = The signatures were not checked: the log’s key is in the server’s data folder.
cli-files-checked = Files: { $files } with { $size }; wrong: { $wrong }
cli-file-damaged = damaged	{ $hash }
cli-file-missing = missing	{ $hash }
cli-files-lost = Not copied, because missing or damaged: { $hashes }. See “verify files”.
cli-move-files = Files copied: { $count }
cli-files-brought = Files brought: { $created }; there already: { $unchanged }
cli-files-damaged = { $hash } is damaged there and was not brought.

cli-organisation-added = { $name } is added. Its reference:
cli-organisation-would-add = { $name } would be added.
cli-copy-progress = { $table }: { $rows }
cli-backup-done = Backup in { $path }: { $rows } rows, { $size }; log { $entries } entries, root { $root }
cli-backup-not-noted = The backup is whole, but the log could not write it down.
cli-backup-unsigned = The backup holds no signed checkpoint: the log’s key was not at hand.
cli-backup-whole = The backup of { $at } in { $path } is whole: { $files } files, log { $entries } entries, root { $root }
cli-backup-key-own = Checked with the key that the backup itself names. Give --key to check with the one you know.
cli-restore-done = Restored as of { $at }: log { $entries } entries, { $rows } technologies, root { $root }. Everybody is signed out.
cli-restore-would = The backup of { $at } is whole and would be restored: log { $entries } entries.
cli-restore-next = Next: bellwether serve
cli-restore-needs-key = Next: put log.key into the data folder, readable by its owner alone; then bellwether serve
cli-move-done = Moved: { $tables } tables, { $rows } rows, { $entries } entries of the log. Both sides are equal.
cli-move-would = { $tables } tables with { $rows } rows would be moved.
cli-move-nothing = Nothing was left at the target. Give the same command again.
cli-move-beside = Settings, log.key and uploaded files lie in the data folder and are not rows: copy them yourself.
cli-receipt-proves = This proves that entry { $number } of the log { $origin } says “{ $kind }” of { $thing }, version { $version }, at { $at }. The log had { $size } entries when it signed.
cli-ballast-released = { $size } given up. The file is made again when there is room.
cli-ballast-none = There is no ballast to give up.

cli-user-added = { $email } is invited. Hand on this link; it works once and for a week:
cli-user-would-add = { $email } would be invited.
cli-user-disabled = { $email } is disabled.
cli-user-would-disable = { $email } would be disabled.
cli-user-disable-confirm = This ends the account of { $name } at once. Type the address again to confirm:
cli-user-reset = Hand this link to { $email }; it works once and for half an hour:
cli-user-would-reset = { $email } would get a link for a new password.
cli-user-factor-reset = The second factor of { $email } is gone; its sessions ended, and it is told at the next sign-in.
cli-user-would-reset-factor = The second factor of { $email } would be taken away.
cli-user-reset-factor-confirm = This takes the second factor of { $name } away. Type the address again to confirm:
cli-user-role-given = { $email } now has the role { $role }.
cli-user-would-give-role = { $email } would get the role { $role }.
cli-user-role-ended = { $email } no longer has the role { $role }.
cli-user-would-end-role = { $email } would lose the role { $role }.
cli-token-created = Key { $id }. Its secret is shown this once:
cli-token-would-create = A key “{ $name }” would be made.
cli-token-revoked = Key { $id } is ended.
cli-token-would-revoke = Key { $id } would be ended.
cli-secret-told-before = This was done before with the same key; its secret was told then and is not kept.

cli-init-greeting = A new city in { $path }. Seven questions; an empty answer takes what stands in brackets.
cli-init-ask-name-en = 1 · Name of the city in English
cli-init-ask-name-zh = 2 · Name of the city in Chinese
cli-init-ask-public-url = 3 · Address people will use
cli-init-ask-origin = 4 · Name of the log in its checkpoints; it can never change
cli-init-ask-operator-email = 5 · Your e-mail address: you become the operator
cli-init-ask-operator-name = 6 · Your name
cli-init-ask-contact-email = 7 · Mail address of the office that helps readers, shown on the help page; empty for none yet
cli-init-file-contact = The office that helps readers, shown on the help page.
cli-init-link = One-time link for { $email }; it works for a week, once the city is served:
cli-init-file-head = Settings of this city. The operator’s guide lists every key.
cli-init-next =
    Settings: { $path }
    Next: 1. bellwether serve   2. open the link and set your password   3. bellwether user add … --role security-administrator   4. bellwether import technologies …

cli-doctor-ok = ok
cli-doctor-warning = warning
cli-doctor-bad = bad
cli-doctor-port-serving = answered by this server
cli-doctor-port-taken = taken
cli-doctor-port-free = free
cli-doctor-unlimited = no limit
cli-doctor-whole = whole
cli-doctor-never = never
cli-doctor-settings = Settings: { $found }
    .help = Mend the settings file; the server would not start with it.
cli-doctor-disk = Disk: { $free } free
    .help = Make room, or move the data folder to a larger disk; below the low-water mark only reading works. “bellwether doctor --release-ballast” frees the ballast at once.
cli-doctor-nodes = Files the disk can still take: { $count } (0: not counted)
    .help = Remove small files from this disk, or move the data folder to another.
cli-doctor-ballast = Ballast: { $size }
    .help = It is made again when the disk has room for it; until then nothing can be given up when the disk is full.
cli-doctor-wal = Write-ahead log: { $size }
    .help = Something has been reading for a long time: a backup, a report, another program. Let it end.
cli-doctor-port = Address { $address }: { $state }
    .help = End what listens there, or set “listen” to another address.
cli-doctor-limits = Memory: { $memory }; open files: { $files } of { $wanted } wanted
    .help = Raise LimitNOFILE or connections_max down to it, and give the city at least 512 MB of memory.
cli-doctor-failures = Failures of the store within a week: { $count }
    .help = Check the disk and its cables, run “bellwether verify log”, and make a backup elsewhere.
cli-doctor-clock = Clock: { $now }, set back { $steps } times since the start
    .help = Let a time service keep the clock; the city goes on with its own time until the clock has caught up.
cli-doctor-store-clock = Clock of the database: { $apart } ms away from this machine’s
    .help = Let a time service keep both clocks.
cli-doctor-engine = Store: { $version }
    .help = The database orders text by a language, not by code point: make a new one with the C collation and move the rows with “bellwether move”.
cli-doctor-schema = Schema: { $found }; this program knows { $known }
    .help = Run the program that wrote these rows, or start the server once so that it brings them up to date.
cli-doctor-integrity = Pages of the database: { $found }
    .help = Stop the server, keep this folder as it is, and restore the newest backup that verifies.
cli-doctor-sequences = Sequences: { $found }
    .help = A number would be given out twice: stop the server and restore from a backup.
cli-doctor-ledger = Books: { $found }
    .help = The books contradict themselves: stop posting, and compare with the last backup.
cli-doctor-log = Log: { $entries } entries, head { $head }, waiting for a number { $waiting }
    .help = Run “bellwether verify log”; it names the first entry that is wrong.
cli-doctor-checkpoint = Last checkpoint: { $at }; unsigned entries: { $unsigned }
    .help = A running server signs every minute: start it, and look whether log.key is there.
cli-doctor-index = Index: { $count } technologies, { $lag } entries behind the log
    .help = Start the server and wait, or run “bellwether reindex”.
cli-doctor-log-key = Key of the log { $origin }
    .help = The file log.key is missing from the data folder: bring it back from where you keep it.
cli-doctor-zone = Time of the city: { $offset }, the whole year
    .help = Set utc_offset_minutes to an offset that exists.
cli-doctor-file-store = Files: { $count } with { $size }; { $found }
    .help = Check the folder of the files, its rights and its disk; nothing can be handed in until it takes files.
cli-doctor-file-store-takes = the store takes files
cli-doctor-identity = Sign-in with { $name }: { $found }
    .help = Look at issuer, ca_file and private_addresses under oidc in the settings, and whether the provider runs. People sign in with passwords meanwhile.
cli-doctor-identity-keys = { $count ->
        [one] { $count } key
       *[other] { $count } keys
    }
cli-doctor-backup = Last backup: { $at }
    .help = Run “bellwether backup --to DIR”, best every night.

refusal-cli-file-missing = There is no { $path }.
    .help = Check the path; it is meant from the folder you are in.
refusal-cli-file-forbidden = { $path } may not be opened: { $found }.
    .help = Check who owns it and who may read or write it.
refusal-cli-file-failed = { $path } failed: { $found }.
    .help = Check the disk and the path, then try again.
refusal-cli-file-exists = { $path } is there already.
    .help = Choose another name, or add --yes to replace it.
refusal-cli-folder-missing = There is no data folder { $path }.
    .help = Name it with --data, or set up a city with “bellwether init”, or try “bellwether demo”.
refusal-cli-folder-taken = Another process works in { $path }.
    .help = End it first, or name another folder with --data.
refusal-cli-server-starting = A server holds { $path } and does not take commands yet.
    .help = Try again in a moment.
refusal-cli-server-gone = The server that holds { $path } went away: { $found }.
    .help = Look whether it runs, then send the command again; nothing is done twice.
refusal-cli-not-through-server = This command cannot be done by a running server.
    .help = End the server, or name another data folder.
refusal-cli-store-failed = The store says: { $found }.
    .help = Check the address of the store and the disk, then run “bellwether verify log”.
refusal-cli-index-failed = The index cannot be opened: { $found }.
    .help = Remove the folder “index” from the data folder; it is built again from the log.
refusal-cli-log-key-missing = The key of the log is missing in { $path }.
    .help = Bring the file log.key back from where you keep it: without it nothing can be signed.
refusal-cli-log-key-unreadable = { $path } is not a key of a log.
    .help = Bring it back from a backup.
refusal-cli-log-damaged = The log is damaged at entry { $number } ({ $code }): { $found }.
    .help = Stop the server, keep this folder as it is, and restore the newest backup that verifies.
refusal-cli-demo-broken = The files of the demonstration cannot be used: { $found }.
    .help = Build the program again from unchanged files.
refusal-cli-demo-real-city = This store holds a real city, not a demonstration.
    .help = Name an empty folder with --data.
refusal-cli-serve-demo-store = This store holds the demonstration city, whose passwords are public.
    .help = Use “bellwether demo” for it, or set up a city of your own with “bellwether init”.
refusal-cli-port-taken = { $address } cannot be listened on: { $found }.
    .help = End what listens there, or choose another port.
refusal-cli-config-unreadable = { $path } cannot be read: { $found }.
    .help = Mend that line; the operator’s guide shows every key with an example.
refusal-cli-config-unknown = { $path } has an unknown key { $found }.
    .help = Known here: { $choices }.
refusal-cli-config-unknown-meant = { $path } has an unknown key { $found }. Did you mean { $meant }?
    .help = Known here: { $choices }.
refusal-cli-config-value = { $key } cannot be “{ $found }”.
    .help = The operator’s guide shows every key with an example.
refusal-cli-config-public-url = { $key } cannot be “{ $found }”.
    .help = Give scheme and host alone, like https://city.example.
refusal-cli-config-needs-https = { $url } is plain http, and { $listen } can be reached from other machines.
    .help = Give an https address and put a proxy with a certificate before it, or listen on 127.0.0.1 only.
refusal-cli-config-fields = The field tree cannot be used: { $found }.
    .help = Mend the file that the key “fields” names.
refusal-cli-collection-unreadable = The collection cannot be read: { $found }.
    .help = Check the three files against the help of this command.
refusal-cli-needs-yes = This needs a confirmation, and nobody can be asked.
    .help = Add --yes.
refusal-cli-not-confirmed = The answer was not { $name }; nothing was done.
    .help = Start again and type it exactly.
refusal-cli-needs-organisation = The organisation is missing.
    .help = Name it with --owner or --organisation.
refusal-cli-import-nothing = There is no file in what was named.
    .help = Name files, or folders that hold files.
refusal-cli-export-needs-file = A workbook cannot be shown on a terminal.
    .help = Add --out FILE.
refusal-cli-role-unknown = There is no role { $found }.
    .help = Roles: { $choices }.
refusal-cli-role-not-held = { $email } does not hold the role { $role } there.
    .help = “bellwether user list” shows who holds what.
refusal-cli-scope-unknown = There is no scope { $found }.
    .help = Scopes: { $choices }.
refusal-cli-kind-unknown = “{ $found }” is no kind of organisation.
    .help = Choose one of: { $choices }.
refusal-cli-init-missing = { $option } is missing.
    .help = Give it, or run “bellwether init” on a terminal, which asks.
refusal-cli-failed-often = The store failed { $count } times within the last hour, so the city stays closed.
    .help = Check the disk and run “bellwether verify log”; then remove { $path } and start again.
refusal-cli-config-smtp-url = { $key } cannot be “{ $found }”.
    .help = Write smtps://HOST or smtp://HOST:PORT. Name and password have keys of their own.
refusal-cli-config-mail-open = A password is not sent over an open line.
    .help = Leave mail.tls out, or use smtps:// in mail.smtp_url.
refusal-cli-config-mail-from = { $key } is missing: letters need a sender.
    .help = Write mail.from = "City <no-reply@city.example>".
cli-about-mail = Letters: those that wait, were sent, were given up.
cli-examples-mail =
    bellwether mail list --state given-up
    bellwether mail test --to li.na@city.example
cli-about-mail-list = Lists letters, newest first, without what they say.
cli-examples-mail-list =
    bellwether mail list
    bellwether mail list --state given-up --json
cli-about-mail-retry = Has a letter tried again.
cli-examples-mail-retry =
    bellwether mail retry ltr_019a…
cli-about-mail-test = Looks whether the mail server takes letters, and sends one.
cli-examples-mail-test =
    bellwether mail test --to li.na@city.example
cli-arg-mail-list-state = Only letters in this state: waiting, sent, given-up, dropped
cli-arg-mail-list-limit = How many at most (50)
cli-arg-letter = The id of the letter, as listed
cli-arg-mail-test-to = Where the letter goes
cli-head-letter = Letter
cli-head-subject = Subject
cli-head-attempts = Attempts
cli-head-error = Last trouble
cli-mail-off = Nothing is sent: no mail server is set up, or this is a demonstration. Letters wait.
cli-mail-retried = The letter { $id } is tried again.
cli-mail-would-retry = The letter { $id } would be tried again.
cli-mail-would-test = A letter would be sent to { $email }.
cli-mail-test-sent = The mail server took the letter to { $email }.
cli-mail-test-refused = The mail server refuses letters to { $email }: { $found }
cli-mail-test-waits = The letter to { $email } waits and is tried again: { $found }
cli-user-mailed = The link was also sent to { $email }.
cli-doctor-mail = Mail server: { $found }
    .help = Look at mail.smtp_url, mail.user and the password in the settings; then try “bellwether mail test --to ADDRESS”.
cli-doctor-mail-off = No mail server is set up: letters wait and nobody gets them
    .help = Set mail.smtp_url and mail.from in the settings and start the server again.
cli-doctor-letters = Letters waiting: { $waiting }, given up: { $given }
    .help = Run “bellwether mail list”, correct what it names, then “bellwether mail retry ID”.
refusal-cli-letter-state = There is no state “{ $found }” of letters.
    .help = One of { $choices }.
refusal-mail-no-server = No mail server is set up.
    .help = Set mail.smtp_url and mail.from in the settings and start the server again.
refusal-mail-server-trouble = The mail server does not take letters: { $found }
    .help = Look at mail.smtp_url, mail.user and the password in the settings, and at the server’s own log.
refusal-cli-files-failed = The file store cannot be opened: { $found }
    .help = Check the folder in the settings under files and its rights.
cli-doctor-webhooks = Deliveries to webhooks waiting: { $waiting }, given up: { $given }; webhooks switched off: { $off }
    .help = A webhook that was switched off is switched on again by its organisation. If deliveries wait although receivers are there, look at webhooks.send in the settings and whether this machine reaches other machines by https.
cli-about-auction = Auctions, as a tool: the same engine as in the room. Needs no city.
cli-about-auction-replay = Runs the bids of a file under rules and says how every lot ends, as one JSON document. Needs no city.
cli-examples-auction-replay =
    bellwether auction replay --rules rules.toml --lots lots.csv --bids bids.csv
cli-notes-auction-replay = Rules: kind (english, first-price, second-price, three-rounds, hybrid), proxy, steps = [[from, step], …], window_s, cap_s. Lots: lot, opening_price, reserve, opens, closes. Bids: lot, time, bidder, amount. Times are seconds; decimals are read exactly. Under proxy rules an amount is the bidder’s limit. Bids count in the order of their times, equal times in the order of their lines.
cli-arg-auction-replay-rules = The rules, as TOML
cli-arg-auction-replay-lots = The lots, as CSV
cli-arg-auction-replay-bids = The bids, as CSV
cli-about-export-ocds = Writes every published release of open contracting data, one on each line.
cli-examples-export-ocds =
    bellwether export ocds > releases.jsonl
    bellwether export ocds --out releases.jsonl
cli-about-verify-ocds = Checks releases, packages and records of open contracting data, and merges them again. Needs no city.
cli-examples-verify-ocds =
    bellwether verify ocds releases.jsonl
cli-arg-verify-ocds-file = Lines of JSON, or one or more packages
cli-ocds-checked = { $releases } releases and { $records } records were checked; { $wrong } faults.
refusal-cli-ocds-nothing = The file has no releases and no records.
    .help = Give a file of releases, a release package or a record package.
cli-about-verify-auction = Recomputes an auction from its signed protocol, and says whether every byte holds. Needs no city.
cli-examples-verify-auction =
    bellwether verify auction spring-sale.txt
    bellwether verify auction spring-sale.txt --key log.pub --json
cli-arg-verify-auction-file = The protocol
cli-arg-verify-auction-key = The published key of the log, or a file that holds it; without it, compare the key that is named with the published one
cli-auction-holds = The protocol holds: { $entries ->
        [one] one entry gives
       *[other] { $entries } entries give
    } the same results again. It is signed by { $key }.
cli-about-bid = Sealed bids off line: keys of trustees, sealing, opening. Needs no city.
cli-about-bid-key = Makes the key of a trustee for one auction: the secret half into a file, the public line out. Needs no city.
cli-examples-bid-key =
    bellwether bid key --auction "Spring sale" --name "Notary of the city" --out spring.key
cli-notes-bid-key = Send the public line to the exchange before bidding opens. Keep the file on this machine until the auction has ended; then publish it: it opens the bids together with those of the other trustees.
cli-about-bid-seal = Seals a bid for the trustees of an auction. The amount is asked for, never an argument. Needs no city.
cli-examples-bid-seal =
    bellwether bid seal --trustees trustees.txt --lot 3 --bidder 71 --out lot-3.bid
cli-notes-bid-seal = The file can be handed in by anybody: it opens only with the keys of as many trustees as the list asks for, and only as the bid of this bidder on this lot. A program that a server hands out could be altered; this one seals without any server.
cli-about-bid-open = Opens sealed bids with the keys that the trustees have published, as anybody can. Needs no city.
cli-examples-bid-open =
    bellwether bid open --trustees trustees.txt --key a.key --key c.key lot-3/*.bid
    bellwether bid open --trustees trustees.txt --key a.key --key c.key lot-3/*.bid --json
cli-notes-bid-open = A bid that does not open is listed with its reason and stops no other; the exit is then 1.
cli-arg-bid-key-auction = The name of the auction, as it is published
cli-arg-bid-key-name = The name of the trustee, as it is published
cli-arg-bid-key-out = The file for the secret half; it must not be there yet
cli-arg-trustees = The published list of trustees
cli-arg-lot = The number of the lot
cli-arg-bidder = Your number in this auction
cli-arg-bid-version = Counts your bids on this lot (1); the last one counts
cli-arg-bid-seal-out = The file for the sealed bid; it must not be there yet
cli-arg-bid-open-key = The published key of a trustee; give one for each
cli-arg-bids = The sealed bids
cli-bid-key-made = The secret half is in { $path }. Show it to nobody before the auction has ended. The public line:
cli-bid-ask-amount = Amount and currency, such as 1250.00 CNY:
cli-bid-ask-note = A note of one line, or nothing:
cli-bid-sealed = Sealed into { $path }. Any { $need } of { $of } trustees open it. Its commitment is { $commitment }; the receipt must name the same.
refusal-cli-files-none = { $path } is no file store: there is no folder “sha256” in it.
    .help = Name the folder “files” of a backup or of a data folder.
refusal-cli-config-two-places = Files have one place: { $key } is “{ $found }”, and files.folder is set as well.
    .help = Leave one of them out.
refusal-cli-config-bucket-key = A bucket needs { $key }.
    .help = Set files.key_id, and files.secret or files.secret_file, or BELLWETHER_FILES_SECRET in the environment.
refusal-cli-config-endpoint = { $key } cannot be “{ $found }”: the key to the bucket is not sent over an open line.
    .help = Write https://… ; plain http is for a service on this machine.
cli-about-import-statements = Reads statements that a bank sent for an account of the books: camt.053, MT940 or CSV.
cli-examples-import-statements =
    bellwether import statements day.xml --account acc_01ksxz4e2qf4xaz5ps4n3v6w7b
    bellwether import statements day.xml --account acc_01ksxz4e2qf4xaz5ps4n3v6w7b --take
cli-notes-import-statements = Without --take the lines wait on the pages. A file with anything wrong is refused whole; the same file twice changes nothing.
cli-arg-account = The account of the books, by its id
cli-arg-take = Take the lines: executions of orders, deposits, and the rest among the unmatched
cli-import-statements-read = { $count ->
     [one] { $count } line can be read.
    *[other] { $count } lines can be read.
 }
cli-import-statements-brought = { $waiting ->
     [one] { $waiting } line waits
    *[other] { $waiting } lines wait
 }, { $known } of them known.
cli-import-statements-taken = Taken: { $orders } orders, { $deposits } deposits, { $payments } payments of contracts, { $aside } unmatched.
cli-about-import-bookings = Books what an iCalendar file names on an instrument: every event is judged by the rules.
cli-examples-import-bookings =
    bellwether import bookings lab.ics --instrument ins_01ksxz4e2qf4xaz5ps4n3v6w7b --dry-run
    bellwether import bookings lab.ics --instrument ins_01ksxz4e2qf4xaz5ps4n3v6w7b --skip
cli-notes-import-bookings = Without --skip all events of a file are booked or none. Who takes part in an event gets the booking, where the acting person may book for others.
cli-arg-instrument = The instrument, by its id
cli-arg-skip = Leave out what the rules refuse, and book the rest
cli-import-bookings-refused = Line { $line }: { $text }
cli-import-bookings-done = { $fine } of { $all } can be booked; { $booked } booked.
