// One choice of cell, remedy and task for all figures and tables: everything else fades.
const panel = document.querySelector(".networks");
const kinds = ["cell", "remedy", "task"];
const choices = Object.fromEntries(kinds.map((kind) => [kind, panel.querySelector(`[name=${kind}]`)]));
function apply() {
  const wanted = Object.entries(choices).filter(([, choice]) => choice.value !== "");
  const figures = new Set();
  for (const part of document.querySelectorAll("[data-cell], [data-remedy], [data-task]")) {
    const faded = wanted.some(([kind, choice]) => kind in part.dataset && part.dataset[kind] !== choice.value);
    part.classList.toggle("faded", faded);
    const picture = part.closest(".picture");
    if (faded && picture) figures.add(picture);
  }
  for (const [kind, choice] of Object.entries(choices)) report.keep(kind, choice.value);
  const { said } = report.words.filters;
  panel.querySelector("[role=status]").textContent = wanted.length > 0 ? said.replace("{n}", String(figures.size)) : "";
}
function fill() {
  for (const [kind, choice] of Object.entries(choices)) {
    const names = report.words.names[kind];
    const present = [...new Set([...document.querySelectorAll(`[data-${kind}]`)].map((part) => part.dataset[kind]))];
    for (const name of present.sort((first, second) => (names[first] ?? first).localeCompare(names[second] ?? second, report.words.language))) {
      choice.append(new Option(names[name] ?? name, name));
    }
    const asked = report.asked(kind);
    if (present.includes(asked)) choice.value = asked;
    choice.addEventListener("change", apply);
  }
}
fill();
panel.hidden = false;
panel.querySelector("button").addEventListener("click", () => {
  for (const choice of Object.values(choices)) choice.value = "";
  apply();
});
report.filterAgain = apply;
if (Object.values(choices).some((choice) => choice.value !== "")) apply();
