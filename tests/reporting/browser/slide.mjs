// Uses the corrected slide and slide mode in Chromium as a reader would, and says as JSON what was met:
// node slide.mjs CHROMIUM FILE FOLDER, where FOLDER receives what is saved.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [executablePath, file, folder] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const browser = await chromium.launch({ executablePath, args });
const found = { errors: [], violations: {}, overflow: {} };

async function open(width, colorScheme, more = {}) {
  const context = await browser.newContext({ viewport: { width, height: 850 }, colorScheme, reducedMotion: "reduce", acceptDownloads: true, ...more });
  const page = await context.newPage();
  page.on("pageerror", (error) => found.errors.push(String(error)));
  await page.goto(pathToFileURL(file).href);
  if (more.javaScriptEnabled !== false) await page.evaluate(axe);
  return { page, context };
}
async function check(page, name) {
  const result = await page.evaluate((tags) => window.axe.run(document, { runOnly: tags }), tags);
  found.violations[name] = result.violations.map((each) => `${each.id}: ${each.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
  found.overflow[name] = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}

for (const [name, width, scheme] of [["light", 1280, "light"], ["dark", 1280, "dark"], ["phone", 360, "dark"]]) {
  const { page, context } = await open(width, scheme);
  await page.locator(".phrase").first().focus();
  await check(page, `slide ${name}`);
  found.height ??= await page.evaluate(() => document.getElementById("slide").offsetHeight / innerHeight);
  await page.keyboard.press("Escape");
  await page.locator("[data-lecture]").click();
  await page.locator("dialog[open]").waitFor();
  for (const stage of ["predict", "reveal", "discuss"]) {
    await check(page, `${stage} ${name}`);
    await page.keyboard.press("ArrowRight");
  }
  await context.close();
}

{
  const { page, context } = await open(1280, "light", { javaScriptEnabled: false });
  found.withoutScript = {
    links: await page.locator(".phrase[href]").count(),
    controls: await page.locator(".slide-controls button:visible").count(),
  };
  await context.close();
}

const { page, context } = await open(1280, "light");
const card = () => page.evaluate(() => {
  const shown = document.querySelector(".phrase-card:not([hidden])");
  return shown && { text: shown.textContent, link: shown.querySelector("a").getAttribute("href"), described: document.querySelector(".phrase.open")?.getAttribute("aria-describedby") === shown.id };
});
const phrase = page.locator('.phrase[data-claim="gru-similar"]').first();
await phrase.focus();
found.focused = await card();
await page.keyboard.press("Tab");
found.tabbed = await page.evaluate(() => document.activeElement.closest(".phrase-card") !== null);
await page.keyboard.press("Escape");
found.escaped = await card();
await page.mouse.move(0, 0);
await page.locator('.phrase[data-claim="short-memory"]').first().hover();
await page.locator(".phrase-card:visible").waitFor();
found.hovered = await card();

for (const kind of ["svg", "png"]) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator(`[data-save=${kind}]`).click()]);
  await download.saveAs(`${folder}/measured.${kind}`);
}
await page.locator("[data-view=taught]").click();
found.taught = {
  links: await page.locator(".phrase[href]").count(),
  marks: await page.locator(".mark:visible").count(),
  corrections: await page.locator(".correction:visible").count(),
  line: await phrase.evaluate((element) => getComputedStyle(element).textDecorationLine),
};
const [download] = await Promise.all([page.waitForEvent("download"), page.locator("[data-save=svg]").click()]);
await download.saveAs(`${folder}/taught.svg`);
await page.locator("[data-view=measured]").click();
found.measured = { links: await page.locator(".phrase[href]").count(), marks: await page.locator(".mark:visible").count() };

const state = () => page.evaluate(() => {
  const dialog = document.querySelector("dialog");
  return { open: dialog.open, stage: dialog.dataset.stage, said: dialog.querySelector("[role=status]").textContent, progress: dialog.querySelector(".lecture-progress").textContent, focus: document.activeElement.tagName, inside: dialog.contains(document.activeElement) };
});
await page.locator("[data-save=png]").focus();
await page.keyboard.press("s");
await page.locator("dialog[open]").waitFor();
found.mode = { start: await state() };
await page.keyboard.press("5");
found.mode.predicted = await state();
await page.keyboard.press(" ");
found.mode.revealed = { ...(await state()), text: await page.locator(".lecture-stage").textContent(), figures: await page.locator(".claim-figure").count(), here: await page.locator("dialog .claim-figure").count() };
await page.keyboard.press("PageDown");
found.mode.discussed = { ...(await state()), text: await page.locator(".lecture-stage").textContent(), here: await page.locator("dialog .claim-figure").count() };
found.mode.trapped = [];
for (let press = 0; press < 12; press++) {
  await page.keyboard.press("Tab");
  found.mode.trapped.push(await page.evaluate(() => document.activeElement === document.body || document.querySelector("dialog").contains(document.activeElement)));
}
await page.keyboard.press("ArrowLeft");
found.mode.back = await state();
for (let press = 0; press < 200 && (await state()).stage !== "end"; press++) await page.keyboard.press("ArrowRight");
found.mode.end = { ...(await state()), text: await page.locator(".lecture-stage").textContent() };
await page.keyboard.press("Escape");
await page.waitForFunction(() => !document.querySelector("dialog").open);
found.mode.left = { focus: await page.evaluate(() => document.activeElement.dataset.save), figures: await page.locator("article .claim-figure").count(), tests: await page.locator("article .tests").count() };
await context.close();

{
  const { page, context } = await open(390, "light", { hasTouch: true, isMobile: true });
  const touched = page.locator('.phrase[data-claim="short-memory"]').first();
  await touched.tap();
  found.tapped = { address: new URL(page.url()).hash, card: await page.locator(".phrase-card:visible").count() };
  await page.locator(".phrase-card a").tap();
  found.tappedTwice = new URL(page.url()).hash;
  await context.close();
}
await browser.close();
process.stdout.write(JSON.stringify(found));
