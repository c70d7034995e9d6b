/* Keys of the review queue: j and k go down and up, a accepts, t opens «return», r opens «reject». Comfort only. */
"use strict";

const cards = [...document.querySelectorAll("[data-claim]")];
const hints = document.querySelector("[data-keys]");
let at = -1;

function go(to) {
  if (!cards.length) return;
  at = Math.max(0, Math.min(to, cards.length - 1));
  cards[at].focus({ preventScroll: true });
  cards[at].scrollIntoView({ block: "start", behavior: "auto" });
}

/* Open the words of the card, and remember which of its buttons Enter shall press. */
function ask(verdict) {
  const box = cards[at] && cards[at].querySelector("details");
  if (!box) return;
  box.open = true;
  box.dataset.press = verdict;
  box.querySelector("select").focus();
}

function accept() {
  const button = cards[at] && cards[at].querySelector('button[value="accept"]');
  if (button) button.click();
}

const keys = { j: () => go(at + 1), k: () => go(at - 1), a: accept, t: () => ask("return"), r: () => ask("reject") };

document.addEventListener("keydown", (event) => {
  const field = event.target.closest("input, select, textarea");
  const box = event.target.closest("details[data-press]");
  if (event.key === "Enter" && field && box) {
    event.preventDefault();
    box.querySelector(`button[value="${box.dataset.press}"]`).click();
    return;
  }
  if (event.key === "Escape" && box) {
    box.open = false;
    go(at);
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || (field && field.type !== "checkbox")) return;
  const act = keys[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act();
});

for (const card of cards) card.addEventListener("focusin", () => { at = cards.indexOf(card); });
/* Where there is a mouse there are keys: say so, and begin at the oldest without moving the page. */
if (hints && cards.length && window.matchMedia("(hover: hover) and (pointer: fine)").matches) {
  hints.hidden = false;
  if (!document.querySelector(".problem")) cards[0].focus({ preventScroll: true });
}
