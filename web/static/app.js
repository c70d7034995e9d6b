/* Comfort only: every page works without it. Nothing is sent anywhere. */
"use strict";

/* Buttons that need the script are in the page hidden; here they appear. */
function show(button, able) {
  if (able) button.hidden = false;
}

/* Copy the link in the tap; where the clipboard is closed to us, select it so that a long press copies it. */
function copy(button) {
  const box = document.getElementById(button.dataset.copy);
  const done = () => {
    const before = button.textContent;
    button.textContent = button.dataset.done;
    window.setTimeout(() => { button.textContent = before; }, 2500);
  };
  const select = () => {
    const range = document.createRange();
    range.selectNodeContents(box);
    const chosen = window.getSelection();
    chosen.removeAllRanges();
    chosen.addRange(range);
    return document.execCommand("copy");
  };
  if (navigator.clipboard && window.isSecureContext) {
    navigator.clipboard.writeText(box.textContent.trim()).then(done, () => { if (select()) done(); });
  } else if (select()) {
    done();
  }
}

for (const button of document.querySelectorAll("[data-copy]")) {
  show(button, true);
  button.addEventListener("click", () => copy(button));
}

/* The device's own sharing sheet: the link alone, in the tap; the words are the person's. */
for (const button of document.querySelectorAll("[data-share]")) {
  show(button, typeof navigator.share === "function");
  button.addEventListener("click", () => {
    navigator.share({ url: button.dataset.share }).catch(() => { /* closed without choosing: nothing happened */ });
  });
}

/* Paste an address that was copied in another application. */
for (const button of document.querySelectorAll("[data-paste]")) {
  show(button, Boolean(navigator.clipboard && navigator.clipboard.readText && window.isSecureContext));
  button.addEventListener("click", () => {
    const field = document.getElementById(button.dataset.paste);
    navigator.clipboard.readText().then((text) => { field.value = text.trim(); field.focus(); }, () => field.focus());
  });
}

/* Tick or untick a whole list. */
for (const box of document.querySelectorAll("[data-ticks]")) {
  show(box.closest("label"), true);
  box.addEventListener("change", () => {
    for (const one of document.querySelectorAll(`input[name="${box.dataset.ticks}"]`)) one.checked = box.checked;
  });
}

/* What went wrong is read out first. */
const problem = document.querySelector(".problem");
if (problem) problem.focus();
