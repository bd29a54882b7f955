// One person's phone: a chat, its bubbles and buttons, and what the person may do.

import {daySeparator, fill, line} from "./bubble.js";
import {arrange, clone, coalesced, day, get, paintAvatar, post, renew, role, tab, turnTo} from "./server.js";

const LONGEST_WAIT = 10_000; // Telegram too stops the spinner of an unanswered tap after a while

export class Pane {
  // page: {bot, onClose(pane), onActive(pane), onChat(pane), unread(person, chat)}
  constructor(person, chat, page) {
    this.page = page;
    this.person = person;
    this.nodes = new Map();
    this.busy = new Map();
    this.node = clone("pane-template");
    this.refresh = coalesced(() => this.load().catch((error) => this.toast(error.message)));
    this.wire();
    this.update(person);
    this.show(person.chats.some((known) => known.id === chat) ? chat : person.id);
  }

  part(name) { return role(this.node, name); }

  wire() {
    this.node.addEventListener("focusin", () => this.page.onActive(this));
    this.on("close-pane", () => this.page.onClose(this));
    this.on("alert-ok", () => { this.part("alert").hidden = true; this.part("input").focus(); });
    this.on("to-bottom", () => this.toBottom());
    this.wirePersonMenu();
    this.wireComposer();
    this.wireScroll();
    this.part("messages").addEventListener("click", (event) => this.clicked(event));
  }

  on(name, what) { this.part(name).addEventListener("click", what); }

  wirePersonMenu() {
    menu(this.part("menu"));
    menu(this.part("attach"));
    this.on("restart", () => this.send("/start", this.person.id));
    for (const name of ["block", "unblock"]) this.on(name, () => this.does(name));
    this.on("lift-block", () => this.does("unblock"));
    this.on("start", () => this.does("start", {payload: ""}));
    this.on("share-contact", () => this.does("contact", {chat: this.chat}));
    this.on("attach-photo", () => this.choose("photo", "image/*"));
    this.on("attach-voice", () => this.choose("voice", "audio/*"));
    this.on("attach-document", () => this.choose("document", ""));
    this.part("file").addEventListener("change", () => this.upload());
  }

  wireComposer() {
    const input = this.part("input");
    this.part("composer").addEventListener("submit", (event) => { event.preventDefault(); this.sendTyped(); });
    input.addEventListener("input", () => { this.grow(); this.suggest(); });
    input.addEventListener("keydown", (event) => {
      // Vietnamese typing composes letters: an Enter inside a composition belongs to the input method.
      if (event.key === "Escape") this.openCommands(false);
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.sendTyped();
    });
    this.on("commands", () => this.openCommands(this.part("command-list").hidden));
    this.on("toggle-keyboard", () => { this.keyboardAway = !this.keyboardAway; this.showFoot(); });
  }

  wireScroll() {
    const scroll = this.part("scroll");
    this.atBottom = true;
    let top = 0;
    scroll.addEventListener("scroll", () => {
      const end = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 40;
      if (end || scroll.scrollTop < top) this.atBottom = end; // what grows below a reader at the end keeps them there
      top = scroll.scrollTop;
      if (this.atBottom) this.below = 0;
      this.showBelow();
    }, {passive: true});
    const keep = new ResizeObserver(() => { if (this.atBottom) scroll.scrollTop = scroll.scrollHeight; });
    keep.observe(scroll);
    keep.observe(this.part("messages"));
  }

  // ---- who and where

  update(person) {
    this.person = person;
    this.node.dataset.person = person.id;
    this.node.setAttribute("aria-label", person.name);
    this.part("pane-name").textContent = person.name;
    paintAvatar(this.part("avatar"), person);
    this.part("block").hidden = person.blocked;
    this.part("unblock").hidden = !person.blocked;
    this.showTabs();
    this.showFoot();
  }

  show(chat) {
    this.chat = chat;
    this.node.dataset.chat = chat;
    this.reply = {reply_keyboard: null, commands: [], messages: []};
    this.nodes.clear();
    this.busy.clear();
    this.loaded = false;
    this.below = 0;
    this.atBottom = true;
    this.part("messages").replaceChildren();
    this.page.onChat(this);
    this.showTabs();
    this.openCommands(false);
    return this.refresh();
  }

  showTabs() {
    const {chats} = this.person, box = this.part("chat-tabs");
    box.hidden = chats.length < 2;
    renew(box, chats.map((chat) => this.tabOf(chat)), (value) => tab("chat-tab", value, () => this.show(value.chat)));
    const here = chats.find((chat) => chat.id === this.chat);
    this.part("pane-note").textContent =
      here?.type && here.type !== "private" ? `trong nhóm ${here.title}` : `với @${this.page.bot.username}`;
  }

  tabOf({id, type, title}) {
    return {
      chat: id, label: type === "private" ? "Bot" : title, shown: id === this.chat,
      unread: this.page.unread(this.person.id, id),
    };
  }

  // ---- messages

  async load() {
    const chat = this.chat;
    const reply = await get(`chats/${chat}/messages?as=${this.person.id}`);
    if (chat !== this.chat) return;
    this.reply = reply;
    this.sync(reply.messages);
    this.showFoot();
  }

  sync(messages) {
    const scroll = this.part("scroll"), fresh = messages.filter((message) => !this.nodes.has(`m${message.id}`));
    const kept = new Map();
    let lastDay = null, lastFrom = null;
    for (const message of messages) {
      const label = day(new Date(message.date));
      if (label !== lastDay) kept.set(`d${label}`, this.nodes.get(`d${label}`) ?? daySeparator(label));
      kept.set(`m${message.id}`, this.bubble(message, label === lastDay && lastFrom === message.from.id));
      [lastDay, lastFrom] = [label, message.from.id];
    }
    this.nodes = kept;
    arrange(this.part("messages"), kept.values());
    this.part("messages").dataset.empty = messages.length === 0;
    this.arrived(fresh, scroll);
  }

  // Scroll along only if the reader was at the end, or has just written something.
  arrived(fresh, scroll) {
    const mine = fresh.some((message) => message.from.id === this.person.id);
    if (this.atBottom || mine || !this.loaded) {
      scroll.scrollTop = scroll.scrollHeight;
    } else {
      this.below += fresh.length;
    }
    this.loaded = true;
    this.showBelow();
  }

  bubble(message, joined) {
    const known = this.nodes.get(`m${message.id}`), node = known ?? clone("message-template");
    node.classList.toggle("joined", joined);
    const print = JSON.stringify(message);
    if (node.print === print) return node;
    const focused = node.contains(document.activeElement) ? document.activeElement.dataset : null;
    fill(node, message, this.person, (url) => this.linked(url) !== null);
    if (!known && this.loaded) node.classList.add("new");
    if (known) {
      this.settle(message.id); // its buttons are new ones, whether or not the tap on an old one was acknowledged
      flash(node);
    }
    if (focused?.row) node.querySelector(`[data-row="${focused.row}"][data-column="${focused.column}"]`)?.focus();
    node.print = print;
    return node;
  }

  showBelow() {
    const button = this.part("to-bottom"), badge = button.querySelector(".badge");
    button.hidden = this.atBottom;
    badge.hidden = !this.below;
    badge.textContent = this.below;
  }

  toBottom() {
    const scroll = this.part("scroll");
    scroll.scrollTo({top: scroll.scrollHeight, behavior: "smooth"});
  }

  clicked(event) {
    const target = event.target.closest("a, button");
    if (!target) return;
    const linked = target.href ? this.linked(target.href) : null;
    if (linked) {
      event.preventDefault();
      this.start(linked);
    } else if (target.dataset.kind === "callback") this.tap(target);
    else if (target.dataset.command) this.send(target.dataset.command);
    else if (target.dataset.role === "photo") enlarge(target.querySelector("img"));
  }

  // The bot and the payload of a deep link to one of our bots, or null when the link leads elsewhere.
  linked(href) {
    const url = URL.parse?.(href) ?? (URL.canParse(href) ? new URL(href) : null);
    if (!url) return null;
    const name = url.protocol === "tg:" ? url.searchParams.get("domain")
      : /^(www\.)?(t|telegram)\.me$/.test(url.hostname) ? url.pathname.slice(1) : null;
    const bot = this.page.bots.find((username) => username.toLowerCase() === name?.toLowerCase());
    return bot ? {bot, payload: url.searchParams.get("start") ?? ""} : null;
  }

  async start({bot, payload}) {
    if (bot !== this.page.bot.username) {
      await post(`people/${this.person.id}/start`, {payload}, bot);
      turnTo(bot);
      return;
    }
    if (this.chat !== this.person.id) this.show(this.person.id);
    await this.does("start", {payload});
  }

  // ---- taps and their answers

  async tap(button) {
    const message = button.closest("[data-message]").dataset.message;
    if (this.busy.has(message)) return;
    button.classList.add("busy");
    this.busy.set(message, setTimeout(() => this.settle(message), LONGEST_WAIT));
    const {row, column} = button.dataset;
    const sent = await this.does("tap",
      {chat: this.chat, message_id: Number(message), row: Number(row), column: Number(column)});
    if (!sent) this.settle(message);
  }

  settle(message) {
    clearTimeout(this.busy.get(String(message)));
    this.busy.delete(String(message));
    for (const button of this.node.querySelectorAll(`[data-message="${message}"] .busy`)) button.classList.remove("busy");
  }

  answered({message_id, text, show_alert}) {
    this.settle(message_id);
    if (text && show_alert) this.alert(text);
    else if (text) this.toast(text);
  }

  toast(text) {
    const toast = this.part("toast");
    toast.textContent = text;
    toast.classList.remove("on");
    void toast.offsetWidth; // start the animation anew when a second toast follows the first
    toast.classList.add("on");
  }

  alert(text) {
    this.part("alert").hidden = false;
    this.part("alert").querySelector("p").textContent = text;
    this.part("alert-ok").focus();
  }

  // ---- what the person does

  async does(what, body = {}) {
    try {
      await post(`people/${this.person.id}/${what}`, body);
      this.refresh();
      return true;
    } catch (error) {
      this.toast(error.message);
      return false;
    }
  }

  send(text, chat = this.chat) {
    this.openCommands(false);
    return this.does("send", {chat, text});
  }

  async sendTyped() {
    const input = this.part("input"), text = input.value.trim();
    if (!text) return;
    this.write("");
    if (!await this.send(text) && !input.value) this.write(text);
  }

  write(text) {
    this.part("input").value = text;
    this.grow();
  }

  grow() {
    const input = this.part("input");
    input.style.height = "auto";
    input.style.height = `${input.scrollHeight}px`;
  }

  choose(kind, accept) {
    const file = this.part("file");
    file.dataset.kind = kind;
    file.accept = accept;
    file.click();
  }

  async upload() {
    const input = this.part("file"), form = new FormData(), caption = this.part("input").value.trim();
    form.append("chat", this.chat);
    form.append("kind", input.dataset.kind);
    if (caption) form.append("caption", caption);
    form.append("file", input.files[0]);
    input.value = "";
    if (await this.does("upload", form)) this.write("");
  }

  // ---- below the messages: commands, the input, the reply keyboard

  showFoot() {
    const {blocked, started} = this.person, direct = this.chat === this.person.id;
    const silent = direct && !blocked && !started && this.loaded && !this.reply.messages.length;
    this.part("composer").hidden = (direct && blocked) || silent;
    this.part("lift-block").hidden = !(direct && blocked);
    this.part("start").hidden = !silent;
    this.part("commands").hidden = !this.reply?.commands.length;
    this.showKeyboard(this.part("composer").hidden ? null : this.reply?.reply_keyboard);
    this.node.classList.toggle("blocked", blocked);
  }

  showKeyboard(rows) {
    const box = this.part("keyboard"), toggle = this.part("toggle-keyboard");
    toggle.hidden = !rows?.length;
    toggle.setAttribute("aria-pressed", !this.keyboardAway);
    box.hidden = toggle.hidden || this.keyboardAway;
    renew(box, rows ?? [], (row) => line(row.map((text) => this.key(text))));
  }

  key(text) {
    const button = document.createElement("button");
    button.dataset.role = "keyboard-button";
    button.textContent = text;
    button.addEventListener("click", () => this.send(text));
    return button;
  }

  suggest() {
    const typed = this.part("input").value;
    this.openCommands(/^\/\w*$/.test(typed), typed.slice(1));
  }

  openCommands(open, start = "") {
    const list = this.part("command-list"), found = this.reply.commands.filter(({command}) => command.startsWith(start));
    list.hidden = !open || !found.length;
    this.part("commands").setAttribute("aria-expanded", !list.hidden);
    list.replaceChildren(...(list.hidden ? [] : found.map((command) => this.command(command))));
  }

  command({command, description}) {
    const item = document.createElement("li"), button = document.createElement("button");
    button.dataset.role = "command";
    button.append(Object.assign(document.createElement("b"), {textContent: `/${command}`}),
      Object.assign(document.createElement("span"), {textContent: description}));
    button.addEventListener("click", () => { this.write(""); this.send(`/${command}`); });
    item.append(button);
    return item;
  }
}

function flash(node) {
  node.classList.remove("changed");
  void node.offsetWidth;
  node.classList.add("changed");
}

function enlarge(image) {
  const dialog = role(document, "picture");
  dialog.querySelector("img").src = image.src;
  dialog.showModal();
}

// A button and the menu right after it: opens, closes on choice, Escape or a click elsewhere, walks by arrows.
function menu(button) {
  const list = button.nextElementSibling;
  const items = () => [...list.querySelectorAll("button")].filter((item) => !item.hidden);
  const open = (yes) => { list.hidden = !yes; button.setAttribute("aria-expanded", yes); };
  button.addEventListener("click", () => { open(list.hidden); if (!list.hidden) items()[0]?.focus(); });
  list.addEventListener("click", () => open(false));
  button.parentElement.addEventListener("focusout", ({relatedTarget}) => {
    if (!button.parentElement.contains(relatedTarget)) open(false);
  });
  button.parentElement.addEventListener("keydown", (event) => {
    const all = items(), at = all.indexOf(document.activeElement);
    if (event.key === "Escape") { open(false); button.focus(); }
    if (event.key === "ArrowDown") { event.preventDefault(); all[(at + 1) % all.length]?.focus(); }
    if (event.key === "ArrowUp") { event.preventDefault(); all.at(at - 1)?.focus(); }
  });
}
