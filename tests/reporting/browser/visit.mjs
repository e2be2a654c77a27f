// Visits a report in Chromium and says, as JSON, what a reader would meet: node visit.mjs CHROMIUM FILE
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [executablePath, file] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const views = { light: [1280, "light"], dark: [1280, "dark"], phone: [390, "light"] };
const browser = await chromium.launch({ executablePath, args });
const found = { views: {}, errors: [] };

async function open(width, colorScheme, address = "") {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, reducedMotion: "reduce", acceptDownloads: true });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const page = await context.newPage();
  const requests = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("pageerror", (error) => found.errors.push(String(error)));
  await page.goto(pathToFileURL(file).href + address);
  return { page, context, requests };
}

for (const [name, [width, scheme]] of Object.entries(views)) {
  const { page, context, requests } = await open(width, scheme);
  if (name === "phone") await page.waitForFunction(() => !document.getElementById("narrow") || document.documentElement.dataset.narrow);
  await page.evaluate(() => document.querySelectorAll("details").forEach((fold) => (fold.open = true)));
  await page.evaluate(axe);
  const result = await page.evaluate((tags) => window.axe.run(document, { runOnly: tags }), tags);
  const shown = (all) => all.filter((each) => each.getClientRects().length > 0);
  found.views[name] = {
    violations: result.violations.map((each) => `${each.id}: ${each.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`),
    requests: requests.filter((url) => !/^(data|blob|file):/.test(url)),
    overflow: await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
    pictures: await page.evaluate(() => {
      const drawn = [...document.querySelectorAll(".picture")];
      const visible = (svg) => svg.getClientRects().length > 0;
      return drawn.map((picture) => ({ name: picture.dataset.figure, shown: [...picture.querySelectorAll("svg")].filter(visible).length, beyond: picture.scrollWidth - picture.clientWidth, narrow: picture.classList.contains("has-narrow") }));
    }),
    paper: await page.evaluate(() => getComputedStyle(document.body).backgroundColor),
    links: await page.evaluate(() => [...document.querySelectorAll("a[href]")].filter((link) => link.getClientRects().length > 0).map((link) => link.getAttribute("href"))),
  };
  await context.close();
}

const { page, context } = await open(1280, "light");
// Chromium lets ten files go in a row, and then none once, where a script clicks; a reader's clicks are not counted.
const download = async (button, again = true) => {
  const [given] = await Promise.all([page.waitForEvent("download", { timeout: again ? 800 : 30000 }).catch(() => null), button.click()]);
  if (!given && again) return download(button, false);
  return { file: given.suggestedFilename(), content: readFileSync(await given.path()) };
};

found.filter = [];
for (const button of await page.locator(".filter button").all()) {
  await button.click();
  found.filter.push({
    verdict: await button.getAttribute("data-verdict"),
    promised: Number(await button.locator("span").textContent()),
    shown: await page.locator(".card:visible").count(),
    claims: await page.locator(".claim:visible").count(),
    pressed: await page.locator('.filter button[aria-pressed="true"]').count(),
    said: await page.locator(".filter .count").textContent(),
    address: new URL(page.url()).searchParams.get("verdict") ?? "",
  });
}
await page.locator('.filter button[data-verdict=""]').click();

await page.evaluate(() => document.querySelectorAll("details").forEach((fold) => (fold.open = true)));
found.tables = [];
for (const table of await page.locator("table.data").all()) {
  const name = await table.getAttribute("data-name");
  const heads = table.locator("thead button");
  const column = (index) => table.evaluate((element, index) => [...element.tBodies[0].rows].map((row) => row.cells[index].dataset.value ?? row.cells[index].dataset.low ?? row.cells[index].firstChild?.textContent ?? ""), index);
  const sorted = [];
  for (let index = 0; index < (await heads.count()); index++) {
    await heads.nth(index).focus();
    await page.keyboard.press("Enter");
    const ascending = await column(index);
    await page.keyboard.press("Enter");
    sorted.push({ ascending, descending: await column(index), state: await table.locator("thead th").nth(index).getAttribute("aria-sort") });
  }
  const given = await download(page.locator(`.scroll:has(> table[data-name="${name}"]) + .tools button, figure:has(table[data-name="${name}"]) + .tools button`).last());
  found.tables.push({ name, sorted, file: given.file, csv: given.content.toString("utf8"), rows: await table.locator("tbody tr").count(), columns: await heads.count() });
}

found.figures = [];
for (const figure of await page.locator("figure:has(.picture)").all()) {
  const tools = figure.locator("xpath=following-sibling::*[1]");
  const buttons = tools.locator("button");
  const [svg, png] = [await download(buttons.nth(1)), await download(buttons.nth(2))];
  found.figures.push({
    name: await figure.locator(".picture").getAttribute("data-figure"),
    title: await figure.locator(".finding").textContent(),
    subtitle: await figure.locator(".drawn").textContent(),
    svg: { file: svg.file, text: svg.content.toString("utf8") },
    png: { file: png.file, signature: png.content.subarray(1, 4).toString("latin1"), width: png.content.readUInt32BE(16) },
    link: await tools.locator(".permalink").getAttribute("href"),
    id: await figure.getAttribute("id"),
  });
}

found.claims = [];
for (const claim of (await page.locator(".claim").all()).slice(0, 3)) {
  const cite = claim.locator(".tools button").first();
  await cite.click();
  await page.waitForFunction((button) => button.dataset.copied, await cite.elementHandle());
  found.claims.push({ id: await claim.getAttribute("id"), link: await claim.locator(".permalink").first().getAttribute("href"), cited: await cite.getAttribute("data-copied"), pasted: await page.evaluate(() => navigator.clipboard.readText()) });
}

found.card = await page.evaluate(() => {
  const card = document.querySelector(".card");
  card.click();
  return { href: card.getAttribute("href"), hash: location.hash };
});

found.choices = {};
for (const kind of ["cell", "remedy", "task"]) {
  const choice = page.locator(`.networks [name=${kind}]`);
  const values = await choice.evaluate((element) => [...element.options].map((option) => option.value));
  if (values.length < 2) continue;
  await choice.selectOption(values[1]);
  const state = (page) => page.evaluate((kind) => {
    const all = [...document.querySelectorAll(`[data-${kind}]`)];
    return { other: all.filter((part) => part.dataset[kind] !== document.querySelector(`.networks [name=${kind}]`).value).length, faded: all.filter((part) => part.classList.contains("faded")).length };
  }, kind);
  const before = await state(page);
  const address = new URL(page.url()).search;
  const again = await open(1280, "light", address);
  found.choices[kind] = { value: values[1], address, before, chosen: await again.page.locator(`.networks [name=${kind}]`).inputValue(), after: await state(again.page) };
  await again.context.close();
  await page.locator(".networks button").click();
}
await context.close();

const folded = await open(1280, "light", "#table-published");
found.fold = await folded.page.evaluate(() => document.getElementById("published")?.open ?? false);
await folded.context.close();

const paper = await browser.newPage({ javaScriptEnabled: false });
await paper.goto(pathToFileURL(file).href);
found.withoutScript = {
  pictures: await paper.locator(".picture svg:visible").count(),
  controls: await paper.locator(".filter:visible, .networks:visible, .tools button:visible, .start:visible, .slide-controls:visible").count(),
  cards: await paper.locator(".card:visible").count(),
  claims: await paper.locator(".claim:visible").count(),
  phrases: await paper.locator(".phrase:visible").count(),
};
await browser.close();
process.stdout.write(JSON.stringify(found));
