// Explains a marked term by hover, focus or tap; the explanations are those of the list in the appendix.
(() => {
  const LINGER = 200; // milliseconds in which the pointer may cross from the term to its box
  const box = document.createElement("div");
  box.className = "term-box";
  box.id = "term-box";
  box.setAttribute("role", "tooltip");
  box.hidden = true;
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

  function place(term) {
    const lines = term.getClientRects();
    const [first, last] = [lines[0], lines[lines.length - 1]];
    const gap = 8;
    const left = Math.max(gap, Math.min(last.left, document.documentElement.clientWidth - box.offsetWidth - gap));
    const below = last.bottom + 4;
    const fits = below + box.offsetHeight <= window.innerHeight || first.top < box.offsetHeight + gap;
    const above = first.top - box.offsetHeight - 4;
    box.style.left = box.style.top = "0";
    const zero = box.getBoundingClientRect();
    box.style.left = `${left - zero.left}px`;
    box.style.top = `${(fits ? below : above) - zero.top}px`;
  }

  function show(term) {
    clearTimeout(leaving);
    if (open === term) return;
    close();
    const name = document.getElementById(`term-${term.dataset.term}`);
    const title = document.createElement("strong");
    title.textContent = name.textContent;
    box.replaceChildren(title, name.nextElementSibling.textContent);
    term.closest("dialog, main").append(box);
    box.hidden = false;
    place(term);
    term.setAttribute("aria-expanded", "true");
    term.setAttribute("aria-describedby", box.id);
    open = term;
  }

  function toggle(term) {
    if (open === term && held) {
      close();
    } else {
      show(term);
      held = true;
    }
  }

  // An inline element, so that a long term breaks over lines, which a button does not.
  for (const term of document.querySelectorAll("span.term[data-term]")) {
    if (!document.getElementById(`term-${term.dataset.term}`)) continue;
    term.tabIndex = 0;
    term.setAttribute("role", "button");
    term.setAttribute("aria-expanded", "false");
  }

  // Slide mode shows copies of terms: all of them are listened to from the document.
  const on = (kind, action) =>
    document.addEventListener(kind, (event) => {
      const term = event.target.closest?.(".term[role=button]");
      if (term) action(term, event);
    });
  on("pointerover", (term, event) => event.pointerType === "mouse" && show(term));
  on("focusin", (term) => term.matches(":focus-visible") && show(term));
  on("focusout", close);
  on("click", toggle);
  on("keydown", (term, event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    toggle(term);
  });
  document.addEventListener("pointerout", (event) => {
    if (!open || event.pointerType !== "mouse" || held || !(open.contains(event.target) || box.contains(event.target))) return;
    clearTimeout(leaving);
    leaving = setTimeout(() => { if (document.activeElement !== open) close(); }, LINGER);
  });
  box.addEventListener("pointerover", () => clearTimeout(leaving));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !open) return;
    event.preventDefault();
    close();
  });
  document.addEventListener("pointerdown", (event) => {
    if (open && !open.contains(event.target) && !box.contains(event.target)) close();
  });
  window.addEventListener("resize", close);
})();
