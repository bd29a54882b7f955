// The page: who there is, whose phone is open, and every event brought to the pane it concerns.

import {readClock, setClock, wireClock} from "./clock.js";
import {Pane} from "./pane.js";
import {arrange, clone, coalesced, get, listen, paintAvatar, post, renew, role, score, tab, turnTo} from "./server.js";

const part = (name) => role(document, name);
const narrow = matchMedia("(max-width: 760px)");
const panes = [];
const people = new Map(); // id -> person, in the server's order
const rows = new Map(); // id -> the person's row in the picker
const unread = new Map(); // "person:chat" -> how many
let state = null, active = null, onlyUnread = false, seq = 0;

const refreshPeople = coalesced(() => get("state").then(setState).catch(() => {})); // back on line we ask again
const refreshClock = coalesced(() => readClock().catch(() => {}));
const drawSoon = coalesced(() => new Promise(requestAnimationFrame).then(draw));

// ---- events

const concerns = {
  message(event) { count(event); reload(event); },
  edited: reload,
  deleted: reload,
  tap_answered(event) {
    for (const pane of panes) if (pane.person.id === event.user && pane.chat === event.chat) pane.answered(event);
  },
  people: refreshPeople,
  clock: refreshClock,
};

function onEvent(event) {
  const old = event.seq <= state.seq; // told again after loading the page: it only counts as unread
  seq = event.seq;
  if (old && event.kind !== "message") return;
  concerns[event.kind]?.(event);
  if (!old && event.kind === "message") refreshClock(); // what was sent may change what comes next
}

function reload({chat}) {
  for (const pane of panes) if (pane.chat === chat) pane.refresh();
}

function count({chat, user}) {
  const readers = chat > 0 ? [people.get(chat)] : [...people.values()].filter((one) => one.chats.some(({id}) => id === chat));
  for (const person of readers) {
    if (!person || user === person.id || seen(person.id, chat)) continue;
    const key = `${person.id}:${chat}`;
    unread.set(key, (unread.get(key) ?? 0) + 1);
  }
  if (people.get(chat)?.started === false) refreshPeople(); // the first word to the bot
  drawSoon();
}

function seen(person, chat) {
  return panes.some((pane) => pane.person.id === person && pane.chat === chat && (!narrow.matches || pane === active));
}

function unreadOf(person) {
  return person.chats.reduce((sum, chat) => sum + (unread.get(`${person.id}:${chat.id}`) ?? 0), 0);
}

// What was unread survives a reload of the page, as long as the server is the same one.
function remember() {
  sessionStorage.setItem("read", JSON.stringify({bot: state.bot.id, seq, unread: [...unread]}));
}

function recall() {
  const kept = JSON.parse(sessionStorage.getItem("read") ?? "null");
  if (kept?.bot !== state.bot.id || kept.seq > state.seq) return 0;
  for (const [key, number] of kept.unread) unread.set(key, number);
  return kept.seq;
}

// ---- panes

const forPane = {
  get bot() { return state.bot; },
  get bots() { return state.bots; },
  unread: (person, chat) => unread.get(`${person}:${chat}`) ?? 0,
  onActive: activate,
  onChat(pane) { read(pane); writeHash(); },
  onClose(pane) {
    const at = panes.indexOf(pane);
    panes.splice(at, 1);
    if (active === pane) active = panes[Math.max(0, at - 1)] ?? null;
    arrangePanes();
    (active?.part("input") ?? part("search")).focus();
  },
};

function open(id, chat) {
  const person = people.get(id);
  if (!person) return null;
  let pane = panes.find((one) => one.person.id === id);
  if (!pane) {
    pane = new Pane(person, chat ?? id, forPane);
    panes.push(pane);
  } else if (chat && pane.chat !== chat) pane.show(chat);
  return pane;
}

function choose(id) {
  const pane = open(id);
  activate(pane);
  arrangePanes();
  drawer(false);
  pane.node.scrollIntoView({inline: "nearest", block: "nearest"});
  if (!narrow.matches) pane.part("input").focus();
}

function activate(pane) {
  if (active === pane) return;
  active = pane;
  read(pane);
  drawSoon();
}

function read(pane) {
  unread.delete(`${pane.person.id}:${pane.chat}`);
  drawSoon();
}

function arrangePanes() {
  arrange(part("panes"), panes.map((pane) => pane.node));
  part("panes").dataset.count = panes.length;
  part("empty").hidden = panes.length > 0;
  writeHash();
  draw();
}

function writeHash() {
  const hash = `#${panes.map(({person, chat}) => chat === person.id ? person.id : `${person.id}:${chat}`).join(",")}`;
  if (hash !== (location.hash || "#")) history.replaceState(null, "", hash === "#" ? location.pathname : hash);
}

function readHash() {
  const wanted = location.hash.slice(1).split(",").filter(Boolean).map((one) => one.split(":").map(Number));
  const kept = wanted.filter(([id]) => people.has(id)).map(([id, chat]) => open(id, chat));
  panes.splice(0, panes.length, ...new Set(kept));
  if (!panes.includes(active)) active = panes[0] ?? null;
  arrangePanes();
}

// ---- the picker

function draw() {
  for (const pane of panes) {
    pane.node.classList.toggle("active", pane === active);
    pane.showTabs();
  }
  const shown = found();
  arrange(part("people"), shown.map(drawPerson));
  const waiting = [...people.values()].filter(unreadOf).length;
  part("people-count").textContent = `${shown.length} người`;
  part("only-unread").textContent = waiting ? `Chưa đọc · ${waiting}` : "Chưa đọc";
  part("drawer-dot").hidden = !waiting;
  part("nobody").hidden = shown.length > 0;
  part("nobody").textContent = people.size ? "Không có ai như vậy." : "Chưa có ai. Thêm người đầu tiên bằng nút +.";
  renew(part("tabs"), panes.length > 1 ? panes.map(tabOf) : [], (value) => tab("tab", value, () => activate(open(value.person))));
}

function found() {
  const query = part("search").value, all = [...people.values()];
  const wanted = onlyUnread ? all.filter((person) => unreadOf(person) || panes.some((pane) => pane.person.id === person.id)) : all;
  if (!query.trim()) return wanted;
  const scored = wanted.map((person) => [score(`${person.name} ${person.username ?? ""}`, query), person]);
  return scored.filter(([points]) => points).sort(([a], [b]) => b - a).map(([, person]) => person);
}

function drawPerson(person) {
  if (!rows.has(person.id)) rows.set(person.id, clone("person-template"));
  const row = rows.get(person.id), button = row.firstElementChild, waiting = unreadOf(person);
  button.dataset.person = person.id;
  button.setAttribute("aria-pressed", panes.some((pane) => pane.person.id === person.id));
  role(row, "name").textContent = person.name;
  role(row, "note").textContent = note(person);
  role(row, "unread").hidden = !waiting;
  role(row, "unread").textContent = waiting;
  role(row, "unread").setAttribute("aria-label", `${waiting} tin chưa đọc`);
  paintAvatar(role(row, "avatar"), person);
  return row;
}

function note(person) {
  if (person.blocked) return "đã chặn bot";
  if (!person.started) return "chưa mở bot";
  const groups = person.chats.filter((chat) => chat.type !== "private").map((chat) => chat.title);
  return groups.join(", ") || (person.username ? `@${person.username}` : "");
}

function tabOf(pane) {
  return {person: pane.person.id, label: pane.person.name, shown: pane === active, unread: unreadOf(pane.person)};
}

function drawer(yes) {
  document.body.classList.toggle("drawn", yes);
  part("drawer").setAttribute("aria-expanded", yes);
  if (yes) part("search").focus();
}

function wirePicker() {
  part("search").addEventListener("input", draw);
  part("search").addEventListener("keydown", ({key}) => {
    if (key === "ArrowDown") part("people").querySelector("button")?.focus();
    if (key === "Enter" && found().length) choose(found()[0].id);
  });
  part("people").addEventListener("click", ({target}) => {
    const button = target.closest("[data-person]");
    if (button) choose(Number(button.dataset.person));
  });
  part("people").addEventListener("keydown", (event) => {
    const next = {ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling"}[event.key];
    if (!next) return;
    event.preventDefault();
    (event.target.closest("li")[next]?.firstElementChild ?? part("search")).focus();
  });
  part("only-unread").addEventListener("click", () => {
    onlyUnread = !onlyUnread;
    part("only-unread").setAttribute("aria-pressed", onlyUnread);
    draw();
  });
}

function wireDrawer() {
  part("drawer").addEventListener("click", () => drawer(!document.body.classList.contains("drawn")));
  part("shade").addEventListener("click", () => drawer(false));
  document.addEventListener("keydown", ({key}) => { if (key === "Escape") drawer(false); });
}

function wireNewPerson() {
  const dialog = part("person-dialog"), form = part("person-form");
  part("new-person").addEventListener("click", () => { form.reset(); part("person-error").textContent = ""; dialog.showModal(); });
  part("cancel-person").addEventListener("click", () => dialog.close());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const person = await post("people", Object.fromEntries(new FormData(form)));
      dialog.close();
      await refreshPeople();
      choose(person.id);
    } catch (error) { part("person-error").textContent = error.message; }
  });
}

// ---- start

function setState(fresh) {
  state = state ? {...fresh, seq: state.seq} : fresh; // seq stays that of the first look: it parts old events from new
  people.clear();
  for (const person of fresh.people) people.set(person.id, person);
  for (const pane of panes) if (people.has(pane.person.id)) pane.update(people.get(pane.person.id));
  setClock(fresh.clock);
  draw();
}

// Back on line after a while without: what was missed is read again.
function onLine(yes) {
  if (yes && !part("offline").hidden) {
    refreshPeople();
    for (const pane of panes) pane.refresh();
  }
  part("offline").hidden = yes;
  document.body.dataset.ready = yes;
}

// One switch, where there is more than one bot to talk to.
function offerBots() {
  const choice = part("bot");
  choice.hidden = state.bots.length < 2;
  choice.replaceChildren(...state.bots.map((name) => new Option(`@${name}`, name, false, name === state.bot.username)));
  choice.addEventListener("change", () => turnTo(choice.value));
}

async function begin() {
  setState(await get("state"));
  document.title = `${state.bot.first_name} · Telegram thử nghiệm`;
  offerBots();
  seq = recall();
  readHash();
  if (narrow.matches && !panes.length) drawer(true);
  window.addEventListener("hashchange", readHash);
  window.addEventListener("pagehide", remember);
  listen(seq, {onEvent, onLine});
}

wirePicker();
wireDrawer();
wireNewPerson();
wireClock((sentence) => active?.toast(sentence));
begin().catch(() => { onLine(false); setTimeout(() => location.reload(), 3000); });
