"use strict";
// What all scripts of the page share: its words, and the state that the address keeps.
const report = {
  words: JSON.parse(document.getElementById("page-words").textContent),
  asked: (name) => new URLSearchParams(location.search).get(name) ?? "",
  keep(name, value) {
    const query = new URLSearchParams(location.search);
    if (value === "") query.delete(name);
    else query.set(name, value);
    const search = query.size > 0 ? `?${query}` : location.pathname;
    history.replaceState(null, "", `${search}${location.hash}`);
  },
  address: (id) => {
    const here = new URL(location.href);
    here.hash = id;
    return here.href;
  },
  button(text, label, action) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "tool", textContent: text });
    if (label) button.setAttribute("aria-label", label);
    button.addEventListener("click", action);
    return button;
  },
  save(name, content, type) {
    const address = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
    Object.assign(document.createElement("a"), { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  },
  async unpacked(id) {
    const packed = Uint8Array.from(atob(document.getElementById(id).textContent), (sign) => sign.charCodeAt(0));
    return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
  },
};
