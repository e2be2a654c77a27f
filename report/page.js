"use strict";
const words = JSON.parse(document.getElementById("page-words").textContent);

const filter = document.querySelector(".filter");
const cards = [...document.querySelectorAll(".card")];
function show(button) {
  const verdict = button.dataset.verdict;
  for (const other of filter.querySelectorAll("button")) other.setAttribute("aria-pressed", String(other === button));
  for (const card of cards) card.hidden = verdict !== "" && !card.classList.contains(verdict);
  for (const group of document.querySelectorAll(".group")) {
    group.hidden = [...group.querySelectorAll(".card")].every((card) => card.hidden);
  }
  const status = filter.querySelector(".count");
  status.textContent = status.dataset.text.replace("{n}", String(cards.filter((card) => !card.hidden).length));
}
filter.hidden = false;
for (const button of filter.querySelectorAll("button")) button.addEventListener("click", () => show(button));

const plain = (cell) => cell.dataset.value ?? cell.firstChild?.textContent.trim() ?? "";
function compare(first, second) {
  const numbers = [Number(first), Number(second)];
  if (first !== "" && second !== "" && numbers.every((number) => !Number.isNaN(number))) return numbers[0] - numbers[1];
  return first.localeCompare(second, words.language);
}
function sort(table, column, head) {
  const descending = head.getAttribute("aria-sort") === "ascending";
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", descending ? "descending" : "ascending");
  const rows = [...table.tBodies[0].rows];
  rows.sort((first, second) => compare(plain(first.cells[column]), plain(second.cells[column])) * (descending ? -1 : 1));
  table.tBodies[0].append(...rows);
}
function csv(table) {
  const quoted = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return [...table.rows].map((row) => [...row.cells].map((cell) => quoted(plain(cell))).join(",")).join("\n") + "\n";
}
for (const table of document.querySelectorAll("table.data")) {
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.title = words.sort.replace("{column}", head.textContent);
    button.addEventListener("click", () => sort(table, column, head));
    head.replaceChildren(button);
  });
  const link = document.createElement("button");
  link.type = "button";
  link.className = "download";
  link.textContent = words.download;
  link.addEventListener("click", () => {
    const address = URL.createObjectURL(new Blob([csv(table)], { type: "text/csv" }));
    const anchor = Object.assign(document.createElement("a"), { href: address, download: `${table.dataset.name}.csv` });
    anchor.click();
    URL.revokeObjectURL(address);
  });
  table.closest(".scroll").after(link);
}

async function unpackBundle() {
  const packed = Uint8Array.from(atob(document.getElementById("bundle").textContent), (sign) => sign.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const script = document.createElement("script");
  script.type = "module";
  const ready = new Promise((resolve) => document.addEventListener("bundle", resolve, { once: true }));
  script.textContent = `${await new Response(stream).text()}\ndocument.dispatchEvent(new Event("bundle"));`;
  document.head.append(script);
  await ready;
}
// Vega writes the value of a slider beside it with a point, whatever the language.
function localiseControls(slot) {
  if (words.language !== "pl") return;
  for (const label of slot.querySelectorAll(".vega-bind *")) {
    if (label.childElementCount === 0 && /^-?\d+\.\d+$/.test(label.textContent)) label.textContent = label.textContent.replace(".", ",");
  }
}
async function drawInteractive() {
  await unpackBundle();
  const specifications = JSON.parse(document.getElementById("specifications").textContent);
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const formatLocale =
    words.language === "pl"
      ? { decimal: ",", thousands: "\u00a0", grouping: [3], currency: ["", "\u00a0zł"], minus: "−" }
      : { decimal: ".", thousands: ",", grouping: [3], currency: ["$", ""], minus: "−" };
  for (const slot of document.querySelectorAll("[data-spec]")) {
    const spec = specifications[slot.dataset.spec];
    slot.closest(".interactive").classList.add("live");
    const config = { background: "transparent", axis: { gridColor: dark ? "#30363d" : "#eaeef2" } };
    await window.vegaEmbed(slot, spec, { renderer: "svg", actions: false, theme: dark ? "dark" : undefined, config, formatLocale });
    slot.addEventListener("input", () => localiseControls(slot));
    localiseControls(slot);
    slot.dataset.drawn = "true";
  }
}
