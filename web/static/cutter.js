/* Cutting, covering and blurring a picture before it is sent, and making it small. Without this the file is sent as it is. */
"use strict";

const [SIDE, STEP] = [1600, 16];
function made(width, height) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.max(1, Math.round(width)), Math.max(1, Math.round(height))];
  return canvas;
}

function cutter(input, place) {
  const view = place.querySelector("canvas");
  let base = null, past = [], frame = null, start = null, waiting = Promise.resolve(), busy = 0;

  const paint = () => {
    [view.width, view.height] = [base.width, base.height];
    const pen = view.getContext("2d");
    pen.drawImage(base, 0, 0);
    pen.lineWidth = Math.max(3, base.width / 200);
    for (const [colour, dash] of [["#000", []], ["#fff", [12, 12]]]) {
      pen.strokeStyle = colour;
      pen.setLineDash(dash);
      pen.strokeRect(frame.x, frame.y, frame.w, frame.h);
    }
  };
  const keep = (next, sent) => {
    base = next;
    frame = { x: base.width / 4, y: base.height / 4, w: base.width / 2, h: base.height / 2 };
    paint();
    busy += 1; /* the form waits for it */
    waiting = new Promise((done) => base.toBlob(done, "image/jpeg", 0.88)).then((blob) => {
      if (base !== next || (sent && sent.size <= blob.size)) return; /* a later act has its own; as it is, it costs less */
      const bag = new DataTransfer();
      bag.items.add(new File([blob], input.files[0].name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" }));
      input.files = bag.files;
    }).finally(() => { busy -= 1; });
  };
  const acts = {
    crop: () => { const cut = made(frame.w, frame.h); cut.getContext("2d").drawImage(base, -frame.x, -frame.y); return cut; },
    cover: (copy, pen) => { pen.fillRect(frame.x, frame.y, frame.w, frame.h); return copy; },
    blur: (copy, pen) => { /* so few spots that no letter is left */
      const spots = made(Math.min(8, frame.w), Math.min(8, frame.h));
      spots.getContext("2d").drawImage(base, frame.x, frame.y, frame.w, frame.h, 0, 0, spots.width, spots.height);
      pen.drawImage(spots, frame.x, frame.y, frame.w, frame.h);
      return copy;
    },
  };
  const act = (name) => {
    if (name === "undo") { if (past.length) keep(past.pop()); return; }
    const copy = made(base.width, base.height);
    copy.getContext("2d").drawImage(base, 0, 0);
    past = [...past.slice(-4), base];
    keep(acts[name](copy, copy.getContext("2d")));
  };
  const at = (event) => {
    const box = view.getBoundingClientRect();
    const inside = (value, most) => Math.min(most, Math.max(0, value));
    return { x: inside((event.clientX - box.left) * base.width / box.width, base.width),
      y: inside((event.clientY - box.top) * base.height / box.height, base.height) };
  };
  view.addEventListener("pointerdown", (event) => { start = at(event); view.setPointerCapture(event.pointerId); });
  view.addEventListener("pointerup", () => { start = null; });
  view.addEventListener("pointermove", (event) => {
    if (!start) return;
    const now = at(event);
    const [w, h] = [Math.abs(start.x - now.x), Math.abs(start.y - now.y)];
    frame = { x: Math.min(start.x, now.x), y: Math.min(start.y, now.y), w: Math.max(4, w), h: Math.max(4, h) };
    paint();
  });
  view.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key];
    if (!way) return;
    event.preventDefault();
    const [x, y, other, least] = event.shiftKey ? ["w", "h", ["x", "y"], 4] : ["x", "y", ["w", "h"], 0];
    frame[x] = Math.min(base.width - frame[other[0]], Math.max(least, frame[x] + way[0]));
    frame[y] = Math.min(base.height - frame[other[1]], Math.max(least, frame[y] + way[1]));
    paint();
  });
  place.addEventListener("click", (event) => { if (event.target.dataset.act) act(event.target.dataset.act); });
  input.form.addEventListener("submit", (event) => {
    if (busy) { event.preventDefault(); waiting.then(() => input.form.requestSubmit(event.submitter)); }
  });
  input.addEventListener("change", async () => {
    const file = input.files[0];
    [base, place.hidden] = [null, true];
    const image = file && file.type.startsWith("image/") ? await createImageBitmap(file).catch(() => null) : null;
    if (!image) return;
    const scale = Math.min(1, SIDE / Math.max(image.width, image.height));
    const small = made(image.width * scale, image.height * scale);
    const pen = small.getContext("2d");
    pen.fillStyle = "#fff"; /* behind what is transparent */
    pen.fillRect(0, 0, small.width, small.height);
    pen.drawImage(image, 0, 0, small.width, small.height);
    [past, place.hidden] = [[], false];
    keep(small, file);
  });
}

for (const input of document.querySelectorAll("[data-cutter]")) cutter(input, document.getElementById(input.dataset.cutter));
