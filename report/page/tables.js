// Tables sort by any column, and come as comma-separated values with the ends of their intervals.
const plain = (cell) => cell.dataset.value ?? cell.dataset.low ?? cell.firstChild?.textContent.trim() ?? "";
const beyond = (cell) => ({ left: -1, right: 1 })[cell.dataset.censored] ?? 0;
function compare(first, second) {
  const [one, other] = [plain(first), plain(second)];
  const numbers = [Number(one), Number(other)];
  if (one !== "" && other !== "" && numbers.every((number) => !Number.isNaN(number))) return numbers[0] - numbers[1] || beyond(first) - beyond(second);
  return one.localeCompare(other, report.words.language);
}
function sort(table, column, head) {
  const descending = head.getAttribute("aria-sort") === "ascending";
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", descending ? "descending" : "ascending");
  const rows = [...table.tBodies[0].rows];
  rows.sort((first, second) => compare(first.cells[column], second.cells[column]) * (descending ? -1 : 1));
  table.tBodies[0].append(...rows);
}
report.csv = (table) => {
  const quoted = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const rows = [...table.tBodies[0].rows];
  const columns = [...table.tHead.rows[0].cells].map((head, index) => {
    const has = (name) => rows.some((row) => name in row.cells[index].dataset);
    const key = head.dataset.key;
    const parts = ["low", "high", "censored"].filter(has).map((name) => [`${key}_${name}`, (cell) => cell.dataset[name] ?? ""]);
    const value = (cell) => ("value" in cell.dataset || parts.length === 0 ? plain({ dataset: { value: cell.dataset.value }, firstChild: cell.firstChild }) : "");
    return has("low") && !has("value") ? parts : [[key, value], ...parts];
  });
  const lines = [columns.flat().map(([name]) => name), ...rows.map((row) => columns.flatMap((parts, index) => parts.map(([, value]) => value(row.cells[index]))))];
  return lines.map((line) => line.map(quoted).join(",")).join("\n") + "\n";
};
for (const table of document.querySelectorAll("table.data")) {
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.title = report.words.sort.replace("{column}", head.textContent);
    button.addEventListener("click", () => sort(table, column, head));
    head.replaceChildren(button);
  });
}
