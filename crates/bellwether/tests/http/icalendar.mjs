// Reads a calendar from standard input with Mozilla's ical.js (strictly), checks what Apple's, Google's and
// Mozilla's programs ask for, and writes what it understood as JSON. Says what is wrong and ends with 1.
const [folder] = process.argv.slice(2);
const module = await import(`${folder}/node_modules/ical.js/dist/ical.js`);
const ICAL = module.default;
ICAL.design.strict = true;

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const bytes = Buffer.concat(chunks);
const faults = [];
const fault = (text) => faults.push(text);

// Lines: CRLF alone ends one, 75 octets at most, and no character is cut.
let from = 0;
let n = 0;
while (from < bytes.length) {
  const end = bytes.indexOf('\r\n', from);
  n += 1;
  if (end < 0) { fault(`line ${n} does not end`); break; }
  const line = bytes.subarray(from, end);
  if (line.length > 75) fault(`line ${n} has ${line.length} octets`);
  if (line.includes(10) || line.includes(13)) fault(`line ${n} has a bare line break`);
  try { new TextDecoder('utf-8', { fatal: true }).decode(line); } catch { fault(`line ${n} cuts a character`); }
  from = end + 2;
}

let events = [];
try {
  const parsed = ICAL.parse(bytes.toString('utf8'));
  const calendar = new ICAL.Component(parsed);
  if (calendar.name !== 'vcalendar') fault(`a ${calendar.name} instead of a calendar`);
  const once = (component, name) => {
    const all = component.getAllProperties(name);
    if (all.length !== 1) fault(`${component.name} has ${all.length} of ${name}`);
    return all.length ? all[0].getFirstValue() : null;
  };
  if (once(calendar, 'version') !== '2.0') fault('a version other than 2.0');
  once(calendar, 'prodid');
  once(calendar, 'x-wr-calname');
  const seen = new Set();
  for (const event of calendar.getAllSubcomponents('vevent')) {
    const uid = once(event, 'uid');
    if (seen.has(uid)) fault(`${uid} is there twice`);
    seen.add(uid);
    const stamp = once(event, 'dtstamp');
    if (stamp && String(stamp.zone) !== 'UTC') fault(`${uid}: its stamp is not in UTC`);
    const [start, end] = [once(event, 'dtstart'), once(event, 'dtend')];
    if (start && end && start.compare(end) >= 0) fault(`${uid} ends before it begins`);
    const status = once(event, 'status');
    if (!['CONFIRMED', 'TENTATIVE', 'CANCELLED'].includes(status)) fault(`${uid}: ${status}`);
    const sequence = Number(once(event, 'sequence'));
    if (!Number.isInteger(sequence) || sequence < 0) fault(`${uid}: sequence ${sequence}`);
    events.push({
      uid,
      sequence,
      status,
      summary: once(event, 'summary'),
      start: start ? start.toUnixTime() : null,
      end: end ? end.toUnixTime() : null,
      description: event.getFirstPropertyValue('description') ?? '',
    });
  }
  // What was understood and written again is understood alike.
  const again = new ICAL.Component(ICAL.parse(calendar.toString()));
  const other = again.getAllSubcomponents('vevent').map((it) => it.getFirstPropertyValue('summary'));
  if (JSON.stringify(other) !== JSON.stringify(events.map((it) => it.summary))) fault('written otherwise');
} catch (error) {
  fault(String(error));
}
process.stdout.write(JSON.stringify({ faults, events }));
process.exitCode = faults.length ? 1 : 0;
