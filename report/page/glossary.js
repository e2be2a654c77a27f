// Explains a marked term by hover, focus or tap; the explanations are those of the list in the appendix.
"use strict";

function explainTerms(root = document) {
  const LINGER = 200; // milliseconds in which the pointer may cross from the term to its box
  const box = document.createElement("div");
  box.className = "term-box";
  box.id = "term-box";
  box.setAttribute("role", "tooltip");
  box.hidden = true;
  (document.querySelector("main") ?? document.body).append(box);
  let open = null;
  let held = false; // opened by a tap, so that leaving with the pointer does not close it
  let leaving;

  function close() {
    clearTimeout(leaving);
    if (!open) return;
    open.setAttribute("aria-expanded", "false");
    open.removeAttribute("aria-describedby");
    open = null;
    held = false;
    box.hidden = true;
  }

  function place(button) {
    const at = button.getBoundingClientRect();
    const gap = 8;
    const left = Math.max(gap, Math.min(at.left, document.documentElement.clientWidth - box.offsetWidth - gap));
    const below = at.bottom + 4;
    const fits = below + box.offsetHeight <= window.innerHeight || at.top < box.offsetHeight + gap;
    const above = at.top - box.offsetHeight - 4;
    box.style.left = box.style.top = "0";
    const zero = box.getBoundingClientRect();
    box.style.left = `${left - zero.left}px`;
    box.style.top = `${(fits ? below : above) - zero.top}px`;
  }

  function show(button) {
    clearTimeout(leaving);
    if (open === button) return;
    close();
    const name = document.getElementById(`term-${button.dataset.term}`);
    const title = document.createElement("strong");
    title.textContent = name.textContent;
    box.replaceChildren(title, name.nextElementSibling.textContent);
    box.hidden = false;
    place(button);
    button.setAttribute("aria-expanded", "true");
    button.setAttribute("aria-describedby", box.id);
    open = button;
  }

  function leave(event) {
    if (event.pointerType !== "mouse" || held) return;
    clearTimeout(leaving);
    leaving = setTimeout(() => { if (document.activeElement !== open) close(); }, LINGER);
  }

  function toggle(button) {
    if (open === button && held) {
      close();
    } else {
      show(button);
      held = true;
    }
  }

  for (const mark of root.querySelectorAll("span.term[data-term]")) {
    if (!document.getElementById(`term-${mark.dataset.term}`)) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "term";
    button.dataset.term = mark.dataset.term;
    button.setAttribute("aria-expanded", "false");
    button.append(...mark.childNodes);
    button.addEventListener("pointerenter", (event) => { if (event.pointerType === "mouse") show(button); });
    button.addEventListener("pointerleave", leave);
    button.addEventListener("focus", () => { if (button.matches(":focus-visible")) show(button); });
    button.addEventListener("blur", close);
    button.addEventListener("click", () => toggle(button));
    mark.replaceWith(button);
  }

  box.addEventListener("pointerenter", () => clearTimeout(leaving));
  box.addEventListener("pointerleave", leave);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  document.addEventListener("pointerdown", (event) => {
    if (open && !open.contains(event.target) && !box.contains(event.target)) close();
  });
  window.addEventListener("resize", close);
}

explainTerms();
