// Reads a report in Chromium as a curious reader would, who trains, drags, filters, prints, and says as JSON what came
// of it: node read.mjs CHROMIUM FILE
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [executablePath, file] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const browser = await chromium.launch({ executablePath, args });
const found = { errors: [], violations: {} };

async function open(options = {}, address = "") {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  page.on("pageerror", (error) => found.errors.push(String(error)));
  await page.goto(pathToFileURL(file).href + address);
  return page;
}
async function check(page, name) {
  await page.evaluate(axe);
  const result = await page.evaluate((tags) => window.axe.run(document, { runOnly: tags }), tags);
  found.violations[name] = result.violations.map((each) => `${each.id}: ${each.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
}
const partOf = (page, name) => page.locator(`section[data-live="${name}"]`);
async function start(page, name) {
  await partOf(page, name).locator(".start").focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction((name) => document.querySelector(`section[data-live="${name}"]`).dataset.started, name);
  return page.evaluate((name) => document.querySelector(`section[data-live="${name}"]`).contains(document.activeElement), name);
}
/** The reader's dots that are seen, and the fields of the first figure in which their centres lie. */
const dots = (page) => page.evaluate(() => {
  const seen = [...document.querySelectorAll(".reader-run")].filter((dot) => dot.getClientRects().length > 0);
  return seen.map((dot) => {
    const { x, y, width, height } = dot.getBoundingClientRect();
    const inside = (field) => { const box = field.getBoundingClientRect(); return box.left < x + width / 2 && x + width / 2 < box.right && box.top < y + height / 2 && y + height / 2 < box.bottom; };
    return { solved: dot.classList.contains("solved"), narrow: dot.closest(".narrow") !== null, fields: [...document.querySelectorAll('[data-figure="memory-map"] [data-length]')].filter(inside).map((field) => ({ ...field.dataset })) };
  });
});
async function train(page, { cell, task, length, rate }) {
  const part = partOf(page, "train");
  await part.locator("select").nth(0).selectOption(cell);
  await part.locator("select").nth(2).selectOption(task);
  await part.locator("input[type=range]").nth(0).fill(String(length));
  await part.locator("input[type=range]").nth(1).fill(String(rate));
  await part.locator(".train-run").click();
  await page.waitForFunction(() => document.querySelector('section[data-live="train"] .live-part').dataset.state === "still", null, { timeout: 120000 });
  return { said: await part.locator(".train-outcome").textContent(), dots: await dots(page) };
}

{
  const page = await open();
  found.focused = { train: await start(page, "train"), walk: await start(page, "walk"), sliders: await start(page, "sliders") };
  found.trained = await train(page, { cell: "tanh", task: "recall", length: 10, rate: 3 });
  const saved = page.locator('figure:has([data-figure="memory-map"]) + .tools button').nth(1);
  const [download] = await Promise.all([page.waitForEvent("download"), saved.click()]);
  found.saved = readFileSync(await download.path(), "utf8");
  await page.setViewportSize({ width: 390, height: 844 });
  await page.waitForFunction(() => document.querySelector(".narrow .reader-run"));
  found.narrowed = await dots(page);
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.waitForFunction(() => document.querySelector(".picture > svg .reader-run"));
  found.widened = await dots(page);
  found.diverged = await train(page, { cell: "tanh", task: "recall", length: 90, rate: 9 });
  found.otherTask = await train(page, { cell: "tanh", task: "adding", length: 10, rate: 9 });

  await partOf(page, "walk").locator("select").nth(1).selectOption("linear");
  const handle = page.locator(".walk-handle[tabindex]");
  await handle.scrollIntoViewIfNeeded();
  const state = () => page.evaluate(() => document.querySelector(".walk-panels").closest(".live-part").live.state());
  const middle = async (locator) => { const box = await locator.boundingBox(); return { x: box.x + box.width / 2, y: box.y + box.height / 2 }; };
  const [at, centre, before] = [await middle(handle.locator("circle").first()), await middle(page.locator(".walk-plane")), await state()];
  const scale = Math.hypot(at.x - centre.x, at.y - centre.y) / before.radius;
  await page.mouse.move(at.x, at.y);
  await page.mouse.down();
  await page.mouse.move(centre.x, centre.y - 0.6 * scale, { steps: 4 });
  await page.mouse.up();
  const { radius, degrees, T, norms } = await state();
  found.dragged = { radius, degrees, T, norms };

  await partOf(page, "walk").locator("select").first().focus();
  await page.keyboard.press("s");
  found.typedInPart = await page.locator("dialog[open]").count();
  await check(page, "live parts started");
  await page.context().close();
}

{
  const page = await open();
  const hidden = await page.evaluate(() => {
    const verdicts = [...document.querySelectorAll(".filter button")].map((button) => button.dataset.verdict).filter(Boolean);
    const phrase = [...document.querySelectorAll(".phrase")].find((phrase) => !phrase.classList.contains(verdicts[0]));
    document.querySelector(`.filter [data-verdict="${verdicts[0]}"]`).click();
    return { verdict: verdicts[0], claim: phrase.dataset.claim, wasHidden: document.getElementById(`claim-${phrase.dataset.claim}`).hidden };
  });
  await page.evaluate((claim) => document.querySelector(`.phrase[data-claim="${claim}"]`).click(), hidden.claim);
  await page.waitForFunction((claim) => !document.getElementById(`claim-${claim}`).hidden, hidden.claim);
  const top = await page.evaluate((claim) => document.getElementById(`claim-${claim}`).getBoundingClientRect().top, hidden.claim);
  found.unhidden = { ...hidden, top, search: new URL(page.url()).search, pressed: await page.locator('.filter [aria-pressed="true"]').getAttribute("data-verdict") };
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  found.printed = await page.evaluate(() => getComputedStyle(document.body).color);
  await page.context().close();
}

{
  const page = await open({}, "#%E0%A4%A");
  found.oddAddress = await page.locator(".slide-controls:visible, .networks:visible, .start:visible").count();
  const term = page.locator(".claim .verdict .term[role=button]").first();
  const shown = () => page.evaluate(() => {
    const box = document.querySelector(".term-box:not([hidden])")?.getBoundingClientRect();
    return Boolean(box && document.elementFromPoint(box.left + 9, box.top + 9)?.closest(".term-box"));
  });
  await term.scrollIntoViewIfNeeded();
  found.term = {};
  for (const key of ["Enter", "Escape", " "]) {
    await term.press(key);
    found.term[key] = await shown();
  }
  await page.keyboard.press("Escape");
  await page.evaluate((id) => (location.hash = id), await term.evaluate((element) => element.closest("article").id));
  await page.keyboard.press("s");
  await page.locator("dialog[open]").waitFor();
  await page.keyboard.press("ArrowRight");
  const place = page.locator(".lecture-progress");
  const progress = await place.textContent();
  await page.locator("dialog .verdict .term").first().press(" ");
  found.term.inSlideMode = { shown: await shown(), stays: (await place.textContent()) === progress };
  await check(page, "term in slide mode");
  await page.keyboard.press("Escape");
  found.term.escaped = { shown: await shown(), mode: await page.locator("dialog[open]").count() };
  await page.context().close();
}
await browser.close();
process.stdout.write(JSON.stringify(found));
