// One message as people see it: text, file, picture, buttons.

import {hour, role, sizeInWords} from "./server.js";

export function fill(node, message, person, deep) {
  const from = message.from;
  node.dataset.message = message.id;
  node.dataset.from = from.id === person.id ? "self" : from.is_bot ? "bot" : "other";
  role(node, "sender").textContent = node.dataset.from === "other" ? from.name : "";
  const text = role(node, "text");
  text.innerHTML = message.html ?? ""; // the server's safe HTML, the one place where markup is taken as such
  bringToLife(text);
  fillFiles(node, message);
  role(node, "edited").hidden = !message.edited;
  const date = new Date(message.date), time = role(node, "time");
  time.textContent = hour(date);
  time.dateTime = message.date;
  const rows = message.buttons ?? [];
  role(node, "buttons").replaceChildren(...rows.map((row, r) => line(row.map((button, c) => inline(button, r, c, deep)))));
}

function fillFiles(node, {document: file, photo, voice, html}) {
  const card = role(node, "document"), picture = role(node, "photo"), spoken = role(node, "voice");
  spoken.hidden = !voice;
  if (voice && spoken.getAttribute("src") !== voice.url) Object.assign(spoken, {src: voice.url, title: `${voice.seconds} giây`});
  card.hidden = !file;
  picture.hidden = !photo;
  role(node, "text").hidden = !html;
  node.classList.toggle("pictured", Boolean(photo));
  if (photo && picture.firstElementChild.getAttribute("src") !== photo.url) picture.firstElementChild.src = photo.url;
  if (!file) return;
  card.href = file.url;
  card.download = file.name;
  card.querySelector("b").textContent = file.name;
  card.querySelector("small").textContent = sizeInWords(file.size);
}

function inline({text, kind, url}, row, column, deep) {
  const link = kind === "url" && url;
  const node = document.createElement(link ? "a" : "button");
  Object.assign(node.dataset, {role: "inline-button", kind, row, column});
  node.append(Object.assign(document.createElement("span"), {textContent: text}));
  if (link) elsewhere(node, url);
  if (link && !deep(url)) node.append(icon("out"));
  if (kind === "other") node.disabled = true;
  return node;
}

function elsewhere(anchor, url) {
  if (/^(https?|tg|mailto|tel):/i.test(url)) anchor.href = url;
  else anchor.removeAttribute("href");
  anchor.target = "_blank";
  anchor.rel = "noopener noreferrer";
}

// Links open elsewhere unless the pane knows better; a /command can be tapped, as in Telegram.
function bringToLife(text) {
  for (const anchor of text.querySelectorAll("a[href]")) elsewhere(anchor, anchor.getAttribute("href"));
  for (const command of text.querySelectorAll(".command")) {
    const button = document.createElement("button");
    button.textContent = button.dataset.command = command.textContent;
    command.replaceWith(button);
  }
  for (const block of text.querySelectorAll("blockquote, pre")) { // a block breaks the line by itself
    if (block.previousSibling?.data) block.previousSibling.data = block.previousSibling.data.replace(/\n$/, "");
    if (block.nextSibling?.data) block.nextSibling.data = block.nextSibling.data.replace(/^\n/, "");
  }
}

export function line(nodes) {
  const row = document.createElement("div");
  row.className = "line";
  row.append(...nodes);
  return row;
}

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

export function daySeparator(label) {
  const node = document.createElement("li");
  node.className = "day";
  node.append(Object.assign(document.createElement("span"), {textContent: label}));
  return node;
}
