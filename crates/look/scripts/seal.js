// Seals a bid in the browser, as `bellwether bid seal` does off line: the amount never leaves the
// page. Keys of trustees are made and looked at here as well. The same bytes as the crate `sealed`.
const text = new TextEncoder();
const join = (...parts) => {
  const all = parts.map((part) => (typeof part === "string" ? text.encode(part) : Uint8Array.from(part)));
  const whole = new Uint8Array(all.reduce((length, part) => length + part.length, 0));
  all.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
};
const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const encode = (bytes) => btoa(String.fromCharCode(...bytes));
const decode = (typed) => Uint8Array.from(atob(typed), (letter) => letter.charCodeAt(0));
const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

async function hmac(key, data) {
  // Web Cryptography takes no empty key; zeros of the length of a hash are the same to HMAC.
  const raw = key.length ? key : new Uint8Array(32);
  const own = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", own, data));
}

// HKDF-SHA256 (RFC 5869); nothing here is longer than one hash.
const extract = (salt, material) => hmac(salt, material);
const expand = async (key, info, length) => (await hmac(key, join(info, [1]))).slice(0, length);

// HPKE (RFC 9180): base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM.
const KEM = join("KEM", [0, 0x20]);
const SUITE = join("HPKE", [0, 0x20, 0, 1, 0, 1]);
const none = new Uint8Array();
const labeledExtract = (suite, salt, label, material) => extract(salt, join("HPKE-v1", suite, label, material));
const labeledExpand = (suite, key, label, info, length) =>
  expand(key, join([0, length], "HPKE-v1", suite, label, info), length);

const X25519 = { name: "X25519" };
const PKCS8 = decode("MC4CAQAwBQYDK2VuBCIEIA==");

// The key of 32 secret bytes, and its public half.
async function keyOf(secret) {
  const own = await crypto.subtle.importKey("pkcs8", join(PKCS8, secret), X25519, true, ["deriveBits"]);
  const { x } = await crypto.subtle.exportKey("jwk", own);
  const padded = x.replaceAll("-", "+").replaceAll("_", "/").padEnd(44, "=");
  return { own, secret, sent: decode(padded) };
}

async function deriveKey(material) {
  const secret = await labeledExtract(KEM, none, "dkp_prk", material);
  return keyOf(await labeledExpand(KEM, secret, "sk", none, 32));
}

async function gcm(key, nonce, bound, message) {
  const own = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
  const how = { name: "AES-GCM", iv: nonce, additionalData: bound };
  return new Uint8Array(await crypto.subtle.encrypt(how, own, message));
}

async function sealShare(to, oneTime, info, bound, message) {
  const theirs = await crypto.subtle.importKey("raw", to, X25519, false, []);
  const shared = await crypto.subtle.deriveBits({ ...X25519, public: theirs }, oneTime.own, 256);
  const joined = await labeledExtract(KEM, none, "eae_prk", new Uint8Array(shared));
  const secret = await labeledExpand(KEM, joined, "shared_secret", join(oneTime.sent, to), 32);
  const noPsk = await labeledExtract(SUITE, none, "psk_id_hash", none);
  const context = join([0], noPsk, await labeledExtract(SUITE, none, "info_hash", info));
  const scheduled = await labeledExtract(SUITE, secret, "secret", none);
  const key = await labeledExpand(SUITE, scheduled, "key", context, 16);
  const nonce = await labeledExpand(SUITE, scheduled, "base_nonce", context, 12);
  return { sent: oneTime.sent, text: await gcm(key, nonce, bound, message) };
}

// Shares over the field of AES.
function times(a, b) {
  let product = 0;
  for (let bit = 0; bit < 8; bit += 1) {
    product ^= a & -(b & 1);
    a = ((a << 1) ^ (-(a >> 7) & 0x11b)) & 0xff;
    b >>= 1;
  }
  return product & 0xff;
}

function share(secret, coefficients, x) {
  const own = new Uint8Array(32);
  for (const coefficient of [...coefficients].reverse()) {
    own.forEach((byte, at) => (own[at] = times(byte ^ coefficient[at], x)));
  }
  return own.map((byte, at) => byte ^ secret[at]);
}

// Reads the published list of trustees.
export function readTrustees(file) {
  const lines = file.replace(/\n$/, "").split("\n");
  const [first, auction, threshold, ...rest] = lines;
  if (first !== "bellwether trustees 1") throw new Error("trustees");
  const list = rest.map((line) => decode(line.split(" ")[1]));
  return { file, auction: auction.slice(8), threshold: Number(threshold.slice(10)), list };
}

// Seals a bid for a place `{ lot, bidder, version }` from 32 fresh random bytes; the text of the file.
export async function seal(place, amount, note, file, seed) {
  const trustees = readTrustees(file);
  const digest = hex(await sha256(text.encode(trustees.file)));
  const head =
    `bellwether sealed bid 1\nauction ${trustees.auction}\nlot ${place.lot}\n` +
    `bidder ${place.bidder}\nversion ${place.version}\ntrustees sha256 ${digest}\n`;
  const from = await extract(text.encode("bellwether sealed bid 1"), seed);
  const headHash = await sha256(text.encode(head));
  const derived = (label, n) => expand(from, join(label, [0, n], headHash), 32);
  const key = await derived("content", 0);
  const coefficients = [];
  for (let power = 1; power < trustees.threshold; power += 1) {
    coefficients.push(await derived("coefficient", power));
  }
  let sealed = head;
  for (const [at, to] of trustees.list.entries()) {
    const oneTime = await deriveKey(await derived("one-time", at + 1));
    const info = text.encode("bellwether sealed bid share 1");
    const made = await sealShare(to, oneTime, info, join(head, [at + 1]), share(key, coefficients, at + 1));
    sealed += `share ${encode(made.sent)} ${encode(made.text)}\n`;
  }
  const said = text.encode(`bellwether bid 1\namount ${amount}\n${note}`);
  if (said.length > 2014) throw new Error("note");
  const content = new Uint8Array(2048);
  content.set(join(seed, [said.length >> 8, said.length & 0xff], said));
  return `${sealed}content ${encode(await gcm(key, new Uint8Array(12), text.encode(head), content))}\n`;
}

// SHA-256 of a file, as the receipt shows it.
export const commitment = async (file) => hex(await sha256(text.encode(file)));

// Makes the key of a trustee: the file that stays secret, and the half to be registered.
export async function makeKey(auction, seed) {
  const { secret, sent } = await deriveKey(seed);
  const file = `bellwether trustee key 1\nauction ${auction}\nsecret ${encode(secret)}\n`;
  return { file, key: encode(sent) };
}

// The public half of the key in a file.
export async function publicOf(file) {
  const secret = /^bellwether trustee key 1\nauction .+\nsecret (\S+)\n$/.exec(file);
  return secret ? encode((await keyOf(decode(secret[1]))).sent) : "";
}

// The forms of the page. What is not there stays hidden, and the command does the same off line.
const random = () => crypto.getRandomValues(new Uint8Array(32));

function save(name, file) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([file], { type: "text/plain" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

async function canSeal() {
  try {
    const made = await keyOf(new Uint8Array(32).fill(7));
    return made.sent.length === 32;
  } catch {
    return false;
  }
}

// A bid: the amount has no name and is never sent; the sealed file is.
function sealing(box) {
  const { lot, bidder, version, currency, digits, name } = box.dataset;
  const form = box.querySelector("form");
  const amount = box.querySelector("[data-amount]");
  const status = box.querySelector("[role=status]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const typed = amount.value.normalize("NFKC").replaceAll(",", "").replaceAll(" ", "");
    if (!new RegExp(`^\\d{1,15}(\\.\\d{1,${digits}})?$`).test(typed)) {
      status.textContent = status.dataset.bad;
      amount.focus();
      return;
    }
    status.textContent = status.dataset.working;
    const place = { lot, bidder, version };
    const note = box.querySelector("[data-note]").value.slice(0, 400);
    const list = box.querySelector("[data-trustees]").textContent;
    const file = await seal(place, `${typed} ${currency}`, note, list, random());
    form.elements.file.value = file;
    save(name, file);
    amount.value = "";
    form.submit();
  });
}

function making(box) {
  const button = box.querySelector("button");
  button.addEventListener("click", async () => {
    const made = await makeKey(box.dataset.auction, random());
    save(box.dataset.name, made.file);
    document.querySelector("[name=trustee_key]").value = made.key;
    box.querySelector("[role=status]").textContent = box.dataset.made;
  });
}

function checking(box) {
  const status = box.querySelector("[role=status]");
  box.querySelector("input").addEventListener("change", async (event) => {
    const found = await publicOf(await event.target.files[0].text()).catch(() => "");
    status.textContent = found === box.dataset.key ? box.dataset.right : box.dataset.wrong;
  });
}

if (typeof document !== "undefined") {
  const able = await canSeal();
  const wire = { "[data-seal]": sealing, "[data-make]": making, "[data-check]": checking };
  for (const [where, begin] of Object.entries(wire)) {
    for (const box of able ? document.querySelectorAll(where) : []) {
      begin(box);
      box.hidden = false;
    }
  }
  for (const told of able ? [] : document.querySelectorAll("[data-unable]")) told.hidden = false;
}
