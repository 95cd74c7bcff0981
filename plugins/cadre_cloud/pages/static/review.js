// Deciding from the keyboard: a digit picks who is meant, S, D, U or N what it is, and then a digit the reason.
const one = (selector) => document.querySelector(selector);
const form = () => one("#decision");
let asked = null; // the verdict whose reasons are asked for
let waits = false; // for the next case: what is typed meanwhile is meant for neither

function ask(verdict) {
  asked = verdict;
  if (!form()) return;
  form().dataset.asked = verdict ?? "";
  const radio = verdict && one(`input[name=verdict][value=${verdict}]`);
  if (radio) radio.checked = true;
}

function pick(number) {
  const candidate = one(`[data-candidate="${number || 10}"]`);
  if (!candidate) return;
  candidate.checked = true;
  candidate.closest("li").scrollIntoView({ block: "nearest" });
}

const press = (element) => element && (element.click(), true);

function onKey(event) {
  if (waits) return event.preventDefault();
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    if (isWriting(event)) return event.target.blur();
    if (asked) return ask(null);
    return press(one('a[data-key="Escape"]'));
  }
  if (isWriting(event)) return;
  const key = event.key.toUpperCase();
  if (/^\d$/.test(key)) {
    event.preventDefault();
    if (asked) press(one(`.reasons[data-verdict=${asked}] [data-digit="${key}"]`));
    else pick(Number(key));
  } else if (key === "/") {
    event.preventDefault();
    one("[name=other]")?.focus();
  } else if (/^[A-Z]$/.test(key)) {
    const choice = one(`[data-key="${key}"]`);
    if (!choice) return;
    event.preventDefault();
    if (choice.type === "radio") ask(choice.value);
    else press(choice);
  }
}

const isWriting = (event) => event.target.matches?.("input[name=other]");

function arrive() {
  waits = false;
  ask(null);
  one("#case")?.focus({ preventScroll: true });
}

function send() {
  waits = true;
  setTimeout(() => (waits = false), 5000); // an answer that never came
}

document.addEventListener("keydown", onKey);
document.addEventListener("submit", send);
document.addEventListener("change", (event) => event.target.name === "verdict" && ask(event.target.value));
document.addEventListener("DOMContentLoaded", arrive);
document.addEventListener("htmx:after:swap", arrive);
