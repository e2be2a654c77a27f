// Visits a report in Chromium and says, as JSON, what a reader would meet: node visit.mjs CHROMIUM FILE
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [executablePath, file] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const views = { light: [1200, "light"], dark: [1200, "dark"], phone: [360, "light"] };
const browser = await chromium.launch({ executablePath, args });
const found = { views: {}, errors: [] };

async function open(width, colorScheme) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, reducedMotion: "reduce", acceptDownloads: true });
  const page = await context.newPage();
  const requests = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("pageerror", (error) => found.errors.push(String(error)));
  await page.goto(pathToFileURL(file).href);
  await page.waitForFunction(() => [...document.querySelectorAll("[data-spec]")].every((slot) => slot.dataset.drawn), null, { timeout: 120000 });
  return { page, context, requests };
}

for (const [name, [width, scheme]] of Object.entries(views)) {
  const { page, context, requests } = await open(width, scheme);
  await page.evaluate(axe);
  const result = await page.evaluate((tags) => window.axe.run(document, { runOnly: tags }), tags);
  found.views[name] = {
    violations: result.violations.map((each) => `${each.id}: ${each.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`),
    requests: requests.filter((url) => !/^(data|blob|file):/.test(url)),
    hidden: await page.evaluate(() => Math.max(...[...document.querySelectorAll("[data-name^=tests-]")].map((table) => table.closest(".scroll")).map((box) => box.scrollWidth - box.clientWidth))),
    overflow: await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
  };
  await context.close();
}

const { page, context } = await open(1200, "light");
found.filter = [];
for (const button of await page.locator(".filter button").all()) {
  await button.click();
  found.filter.push({
    verdict: await button.getAttribute("data-verdict"),
    promised: Number(await button.locator("span").textContent()),
    shown: await page.locator(".card:visible").count(),
    pressed: await page.locator('.filter button[aria-pressed="true"]').count(),
    said: await page.locator(".filter .count").textContent(),
  });
}
await page.locator('.filter button[data-verdict=""]').click();

found.tables = [];
for (const table of await page.locator("table.data").all()) {
  const name = await table.getAttribute("data-name");
  const heads = table.locator("thead button");
  const column = (index) => table.evaluate((element, index) => [...element.tBodies[0].rows].map((row) => row.cells[index].dataset.value ?? row.cells[index].firstChild?.textContent ?? ""), index);
  const sorted = [];
  for (let index = 0; index < (await heads.count()); index++) {
    await heads.nth(index).focus();
    await page.keyboard.press("Enter");
    const ascending = await column(index);
    await page.keyboard.press("Enter");
    sorted.push({ ascending, descending: await column(index), state: await table.locator("thead th").nth(index).getAttribute("aria-sort") });
  }
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator(`.scroll:has(> table[data-name="${name}"]) + button.download`).click()]);
  found.tables.push({ name, sorted, file: download.suggestedFilename(), csv: readFileSync(await download.path(), "utf8"), rows: await table.locator("tbody tr").count(), columns: await heads.count() });
}

found.details = await page.evaluate(() => {
  const all = [...document.querySelectorAll("details")];
  for (const each of all) each.querySelector("summary").click();
  return { all: all.length, open: all.filter((each) => each.open).length };
});
found.card = await page.evaluate(() => {
  const card = document.querySelector(".card");
  card.click();
  return { href: card.getAttribute("href"), hash: location.hash };
});

found.interactive = [];
for (const slot of await page.locator("[data-spec]").all()) {
  const name = await slot.getAttribute("data-spec");
  const drawing = () => slot.locator("svg").first().innerHTML();
  const text = await slot.locator("svg").first().textContent();
  const controls = [];
  for (const control of await slot.locator("input, select").all()) {
    const before = await drawing();
    const kind = await control.evaluate((element) => (element.tagName === "SELECT" ? "select" : element.type));
    if (kind === "select") {
      const last = await control.evaluate((element) => element.options[element.selectedIndex === element.options.length - 1 ? 0 : element.options.length - 1].value);
      await control.selectOption(last);
    } else if (kind === "range") {
      await control.focus();
      const atEnd = await control.evaluate((element) => element.value === element.max);
      for (let step = 0; step < 3; step++) await page.keyboard.press(atEnd ? "ArrowLeft" : "ArrowRight");
    } else {
      await control.click();
    }
    await page.waitForTimeout(150);
    controls.push({ kind, changed: before !== (await drawing()) });
  }
  const { width } = await slot.locator("svg").first().boundingBox();
  found.interactive.push({ name, controls, text, width });
}
await context.close();

const paper = await browser.newPage({ javaScriptEnabled: false });
await paper.goto(pathToFileURL(file).href);
found.withoutScript = { pictures: await paper.locator(".picture img:visible").count(), filter: await paper.locator(".filter:visible").count(), cards: await paper.locator(".card:visible").count() };
await browser.close();
process.stdout.write(JSON.stringify(found));
