/* Comfort only: what was typed into a form is not lost when the session had ended before it was sent.
   It stays in this tab, for the same person, until that form is open again; nothing of it leaves the browser. */
"use strict";

const DRAFT = "lantoa-draft";
const SKIPPED = ["hidden", "password", "file", "submit", "button"];
const MOVING = /^(asked_at|version|was(-.*)?)$/; /* told anew each time a form is shown: what it was filled in upon */

function who() {
  const told = document.querySelector(".menu .who");
  return told ? told.textContent.trim() : "";
}

function typed(form) {
  return [...form.elements].filter((field) => field.name && !SKIPPED.includes(field.type));
}

function hidden(form) {
  return [...form.elements].filter((field) => field.type === "hidden" && field.name !== "csrf");
}

/* One act may have several forms, one a button alone: a form is told by where it leads, what it names, what it asks. */
function signOf(form) {
  const named = hidden(form).filter((field) => !MOVING.test(field.name)).map((field) => [field.name, field.value]);
  return JSON.stringify([form.getAttribute("action"), named, [...new Set(typed(form).map((field) => field.name))].sort()]);
}

function keep(form) {
  if (!who()) return;
  const fields = typed(form).filter((field) => !["checkbox", "radio"].includes(field.type) || field.checked);
  const moving = hidden(form).filter((field) => MOVING.test(field.name));
  const [told, upon] = [fields, moving].map((some) => some.map((field) => [field.name, field.value]));
  if (!told.length) { sessionStorage.removeItem(DRAFT); return; } /* a button: nothing was typed */
  const draft = { who: who(), sign: signOf(form), fields: told, upon };
  sessionStorage.setItem(DRAFT, JSON.stringify(draft));
}

function fill(form, { fields, upon }) {
  for (const field of hidden(form)) { /* so that what somebody else changed meanwhile is told, not written over */
    const at = upon.findIndex(([name]) => name === field.name);
    if (at >= 0) field.value = upon.splice(at, 1)[0][1];
  }
  for (const field of typed(form)) {
    const at = fields.findIndex(([name, value]) => name === field.name && (field.type !== "radio" || value === field.value));
    if (field.type === "checkbox") field.checked = fields.some(([name, value]) => name === field.name && value === field.value);
    else if (field.type === "radio") field.checked = at >= 0;
    else if (at >= 0) field.value = fields.splice(at, 1)[0][1];
  }
  for (let around = form.closest("details"); around; around = around.parentElement.closest("details")) around.open = true;
  for (const within of form.querySelectorAll("details")) within.open = true;
  const note = document.querySelector("[data-kept]");
  note.hidden = false;
  form.before(note);
  note.scrollIntoView({ block: "center" });
}

function give() {
  const draft = JSON.parse(sessionStorage.getItem(DRAFT) || "null");
  if (!draft) return;
  if (document.querySelector("form[action='/sign-in']")) {
    sessionStorage.setItem(DRAFT, JSON.stringify({ ...draft, lost: true }));
    return;
  }
  if (!who()) return; /* a page that tells of an error alone */
  const form = [...document.querySelectorAll("main form[method=post]")].find((one) => signOf(one) === draft.sign);
  if (draft.lost && draft.who === who() && !form) return;
  sessionStorage.removeItem(DRAFT);
  if (draft.lost && draft.who === who()) fill(form, draft);
}

try {
  give();
  for (const form of document.querySelectorAll("main form[method=post]")) form.addEventListener("submit", () => keep(form));
} catch { /* a browser that keeps nothing for pages: they work without */ }
