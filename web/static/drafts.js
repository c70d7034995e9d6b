/* Comfort only: what was typed into a form is not lost when the session had ended before it was sent.
   It stays in this tab, for the same person, until that form is open again; nothing of it leaves the browser. */
"use strict";

const DRAFT = "lantoa-draft";
const SKIPPED = ["hidden", "password", "file", "submit", "button"];

function who() {
  const told = document.querySelector(".menu .who");
  return told ? told.textContent.trim() : "";
}

function typed(form) {
  return [...form.elements].filter((field) => field.name && !SKIPPED.includes(field.type));
}

function keep(form) {
  if (!who()) return;
  const fields = typed(form).filter((field) => !["checkbox", "radio"].includes(field.type) || field.checked);
  const draft = { who: who(), action: form.getAttribute("action"), fields: fields.map((field) => [field.name, field.value]) };
  sessionStorage.setItem(DRAFT, JSON.stringify(draft));
}

function fill(form, fields) {
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
  const form = [...document.querySelectorAll("main form[method=post]")].find((one) => one.getAttribute("action") === draft.action);
  if (draft.lost && draft.who === who() && !form) return;
  sessionStorage.removeItem(DRAFT);
  if (draft.lost && draft.who === who()) fill(form, draft.fields);
}

try {
  give();
  for (const form of document.querySelectorAll("main form[method=post]")) form.addEventListener("submit", () => keep(form));
} catch { /* a browser that keeps nothing for pages: they work without */ }
