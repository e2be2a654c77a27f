// Under every claim, figure and table: its address, how to cite it, and files to take away.
const { tools } = report.words;
function citation(title, id, verdict) {
  const { citation: form, title: whole, commit, day } = report.words;
  const filled = { title, verdict: verdict ? `${verdict}. ` : "", report: whole, commit, day, anchor: report.address(id) };
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
  button.textContent = tools.cited;
  setTimeout(() => (button.textContent = tools.cite), 2000);
}
function bar(id, title, verdict, files) {
  const bar = Object.assign(document.createElement("p"), { className: "tools" });
  const link = Object.assign(document.createElement("a"), { href: `#${id}`, className: "permalink", textContent: tools.link });
  link.setAttribute("aria-label", tools.link_to.replace("{title}", title));
  const named = (tool) => tools.of.replace("{tool}", tool).replace("{title}", title);
  const cite = report.button(tools.cite, named(tools.cite), () => copy(cite, citation(title, id, verdict)));
  bar.append(link, cite, ...files.map(([text, action]) => report.button(text, named(text), action)));
  return bar;
}
for (const claim of document.querySelectorAll(".claim")) {
  const title = claim.querySelector("h3, h4").textContent;
  claim.querySelector("blockquote").before(bar(claim.id, title, claim.querySelector(".verdict").textContent.trim(), []));
}
for (const picture of document.querySelectorAll(".picture")) {
  const figure = picture.closest("figure");
  const files = [
    [tools.svg, () => report.save(`${picture.dataset.figure}.svg`, report.standalone(figure), "image/svg+xml")],
    [tools.png, async () => report.save(`${picture.dataset.figure}.png`, await report.png(report.standalone(figure)))],
  ];
  figure.append(bar(figure.id, figure.querySelector(".finding").textContent, "", files));
}
for (const table of document.querySelectorAll("table.data")) {
  const figure = table.closest("figure");
  const claim = table.closest(".claim");
  const id = figure?.id ?? claim.id;
  const title = (figure?.querySelector("figcaption") ?? claim.querySelector("h3, h4")).textContent.split(/(?<=\.)\s/)[0];
  table.closest(".scroll").after(bar(id, title, "", [[tools.csv, () => report.save(`${table.dataset.name}.csv`, report.csv(table), "text/csv")]]));
}
