// The clock bar: the time now, and the steps by which it can be moved.

import {day, get, hour, post, role, setZone, when} from "./server.js";

const HOUR = 3600;
const part = (name) => role(document, name);
let clock = null, readAt = 0, running = false, still = false;

export function wireClock(tell) {
  const step = (name, body) => part(name).addEventListener("click", () => move(body).catch((error) => tell(error.message)));
  step("jump", {jump: true});
  step("plus-hour", {advance_seconds: HOUR});
  step("plus-day", {advance_seconds: 24 * HOUR});
  setInterval(draw, 1000); // only the hands of the clock: nothing is asked of the server
}

export function setClock(value) {
  setZone(value.timezone);
  // A clock that says the same a while later stands still between its steps: then so do its hands.
  if (clock && performance.now() - readAt > 1500) still = value.now === clock.now;
  clock = value;
  readAt = performance.now();
  draw();
}

export async function readClock() {
  setClock(await get("clock"));
}

async function move(body) {
  if (running) return;
  running = true;
  draw();
  part("clock-status").textContent = "Đang tua thời gian";
  try {
    setClock(await post("clock", body));
    part("clock-status").textContent = `Bây giờ là ${hour(now())}, ${day(now())}`;
  } finally {
    running = false;
    draw();
  }
}

function now() {
  return new Date(Date.parse(clock.now) + (still ? 0 : performance.now() - readAt));
}

function put(name, text) {
  if (part(name).textContent !== text) part(name).textContent = text;
}

function draw() {
  if (!clock) return;
  const bar = part("clock"), fixed = !clock.controllable;
  put("clock-time", hour(now()));
  part("clock-time").dateTime = now().toISOString();
  put("clock-date", day(now()));
  put("next-event", running ? "đang tua…" : nextInWords(fixed));
  bar.setAttribute("aria-busy", running);
  bar.title = fixed ? "Đồng hồ thật, không tua được" : "";
  for (const name of ["jump", "plus-hour", "plus-day"]) {
    part(name).disabled = fixed || (name === "jump" && !running && !clock.next_event);
    part(name).setAttribute("aria-disabled", running); // a disabled button would lose the keyboard's focus at each step
  }
}

function nextInWords(fixed) {
  if (fixed) return "đồng hồ thật";
  return clock.next_event ? when(new Date(clock.next_event), now()) : "chưa có sự kiện nào";
}
