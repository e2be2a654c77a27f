// Under every claim, figure and table: its address, how to cite it, and files to take away.
function citation(title, id, verdict) {
  const { citation: form, title: whole, commit, day } = report.words;
  const filled = { title: title.replace(/\.$/, ""), verdict: verdict ? `${verdict} ` : "", report: whole, commit, day, anchor: report.address(id) };
  return form.replace(/\{(\w+)\}/g, (_, name) => filled[name]);
}
async function copy(button, text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = Object.assign(document.createElement("textarea"), { value: text });
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
  button.dataset.copied = text;
  button.textContent = report.words.tools.cited;
  setTimeout(() => (button.textContent = report.words.tools.cite), 2000);
}
// Each has its address from the start; what needs a script joins it.
function extend(tools, title, verdict, files) {
  const link = tools.querySelector("a");
  const named = (tool) => report.words.tools.of.replace("{tool}", tool).replace("{title}", title);
  link.classList.add("permalink");
  link.setAttribute("aria-label", named(link.textContent));
  const cite = report.button(report.words.tools.cite, named(report.words.tools.cite), () => copy(cite, citation(title, link.hash.slice(1), verdict)));
  tools.append(cite, ...files.map(([text, action]) => report.button(text, named(text), action)));
}
const csvOf = (table) => [report.words.tools.csv, () => report.save(`${table.dataset.name}.csv`, report.csv(table), "text/csv")];
const saidOf = (claim) => {
  const [badge, verdict] = [claim.querySelector(".verdict .badge"), claim.querySelector(".verdict")].map((each) => each.textContent.trim());
  return `${badge}: ${verdict.slice(badge.length).trim()}`;
};
const headOf = (claim) => claim.querySelector("h3, h4").textContent;
for (const claim of document.querySelectorAll(".claim")) extend(claim.querySelector(".tools"), headOf(claim), saidOf(claim), []);
for (const picture of document.querySelectorAll(".picture")) {
  const figure = picture.closest("figure");
  const name = picture.dataset.figure;
  extend(figure.nextElementSibling, figure.querySelector(".finding").textContent, "", [
    [report.words.tools.svg, () => report.save(`${name}.svg`, report.standalone(figure), "image/svg+xml")],
    [report.words.tools.png, async () => report.save(`${name}.png`, await report.png(report.standalone(figure)))],
  ]);
}
for (const table of document.querySelectorAll("table.data")) {
  const figure = table.closest("figure");
  const title = figure?.querySelector("figcaption").textContent.split(/(?<=\.)\s/)[0] ?? headOf(table.closest(".claim"));
  let tools = figure?.nextElementSibling;
  if (!tools) {
    tools = Object.assign(document.createElement("p"), { className: "tools" });
    tools.append(Object.assign(document.createElement("a"), { href: `#${table.closest(".claim").id}`, textContent: report.words.tools.link }));
    table.closest(".scroll").after(tools);
  }
  extend(tools, title, "", [csvOf(table)]);
}
