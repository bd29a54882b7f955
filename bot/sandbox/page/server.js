// The sandbox as the page sees it: requests, the stream of events, times and names in Vietnamese.

// With which bot: the first, or the one that the page's address names.
const bot = new URLSearchParams(location.search).get("bot");

function address(path, whose = bot) {
  return `sandbox/${path}${whose ? `${path.includes("?") ? "&" : "?"}bot=${encodeURIComponent(whose)}` : ""}`;
}

// The same page and the same people, with another bot.
export function turnTo(username) {
  location.assign(`?bot=${encodeURIComponent(username)}${location.hash}`);
}

export async function get(path) {
  return answer(await fetch(address(path)));
}

export async function post(path, body = {}, whose = bot) {
  const form = body instanceof FormData;
  return answer(await fetch(address(path, whose), {
    method: "POST",
    headers: form ? {} : {"Content-Type": "application/json"},
    body: form ? body : JSON.stringify(body),
  }));
}

// A refusal of the server is a sentence; anything else is told as one.
async function answer(response) {
  const body = await response.json().catch(() => null);
  if (!response.ok) throw new Error(body?.error ?? `Máy chủ trả lời ${response.status}.`);
  return body;
}

// Events after `seq`, for ever. A server that was restarted counts from the start again: then so do we.
export function listen(seq, {onEvent, onLine}) {
  let pause = 500;
  const open = () => {
    const source = new EventSource(address(`events?after=${seq}`));
    source.onopen = () => { pause = 500; onLine(true); };
    source.onmessage = ({data}) => {
      const event = JSON.parse(data);
      if (event.seq <= seq) return;
      seq = event.seq;
      onEvent(event);
    };
    source.onerror = () => { source.close(); onLine(false); setTimeout(reopen, pause); };
  };
  const reopen = async () => {
    pause = Math.min(pause * 2, 8000);
    try {
      const state = await get("state");
      if (state.seq < seq) location.reload(); else open();
    } catch { setTimeout(reopen, pause); }
  };
  open();
}

// At most one run at a time, and one more if asked meanwhile: many events, few requests.
export function coalesced(work) {
  let running = null, again = false;
  const run = async () => { do { again = false; await work(); } while (again); };
  return () => {
    again = true;
    return running ??= run().finally(() => { running = null; });
  };
}

export function clone(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}

export function role(root, name) {
  return root.querySelector(`[data-role="${name}"]`);
}

// Make the children of `parent` be exactly `nodes`, touching only what is out of place.
export function arrange(parent, nodes) {
  let at = parent.firstChild;
  for (const node of nodes) {
    if (node === at) at = at.nextSibling;
    else parent.insertBefore(node, at);
  }
  while (at) { const next = at.nextSibling; at.remove(); at = next; }
}

// New children only when `value` differs from last time, so that nothing flickers or loses the focus.
export function renew(parent, value, make) {
  const print = JSON.stringify(value);
  if (parent.print === print) return;
  parent.print = print;
  parent.replaceChildren(...value.map(make));
}

// A button that leads to a chat: its name, whether it is the one shown, how much is unread there.
export function tab(name, {label, shown, unread, ...data}, onClick) {
  const button = document.createElement("button");
  Object.assign(button.dataset, {role: name, ...data});
  button.setAttribute("aria-pressed", shown);
  button.textContent = label;
  if (unread) button.append(Object.assign(document.createElement("span"), {className: "badge", textContent: unread}));
  button.addEventListener("click", onClick);
  return button;
}

export function paintAvatar(node, person) {
  const words = person.name.trim().split(/\s+/);
  node.textContent = [...new Set([words[0], words.at(-1)])].map((word) => word.charAt(0)).join("").toUpperCase();
  node.style.setProperty("--hue", `var(--hue-${Math.abs(person.id) % 7})`);
}

// "Vàng Thị" and "vang thi" find the same people; what is typed with marks is found first.
export function fold(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();
}

export function score(name, query) {
  const plain = fold(name), marked = name.normalize("NFC").toLowerCase();
  const words = query.normalize("NFC").toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.every((word) => plain.includes(fold(word)))) return 0;
  return words.every((word) => marked.includes(word)) ? 2 : 1;
}

export function sizeInWords(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  const [value, unit] = bytes < 1024 ** 2 ? [bytes / 1024, "KB"] : [bytes / 1024 ** 2, "MB"];
  return `${value.toLocaleString("vi-VN", {maximumFractionDigits: 1})} ${unit}`;
}

// All dates shown are in the clock's time zone, never the browser's.
let zone = "Asia/Ho_Chi_Minh";
const formats = new Map();
export function setZone(name) {
  if (zone !== name) { zone = name; formats.clear(); }
}

function part(date, key, options) {
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat("vi-VN", {timeZone: zone, ...options}));
  return formats.get(key).format(date);
}

export function hour(date) {
  return part(date, "hour", {hour: "2-digit", minute: "2-digit", hourCycle: "h23"});
}

export function day(date) {
  return part(date, "day", {weekday: "long", day: "numeric", month: "numeric", year: "numeric"}).replace(", ", " ");
}

function shortDay(date) {
  return part(date, "short", {weekday: "long", day: "numeric", month: "numeric"}).replace(", ", " ");
}

export function when(date, now) {
  if (day(date) === day(now)) return `hôm nay, ${hour(date)}`;
  const tomorrow = new Date(now.getTime() + 86_400_000);
  if (day(date) === day(tomorrow)) return `ngày mai, ${hour(date)}`;
  return `${shortDay(date)}, ${hour(date)}`;
}
