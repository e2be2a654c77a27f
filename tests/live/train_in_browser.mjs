// Trains networks in Chromium on a page from disk, as a reader would: node train_in_browser.mjs CHROMIUM FOLDER FILE
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [executablePath, folder, file] = process.argv.slice(2);
const require = createRequire(`${folder}/package.json`);
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const args = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update"];
const browser = await chromium.launch({ executablePath, args });
const errors = [], requests = [];

async function open(width, colorScheme) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
  const page = await context.newPage();
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(pathToFileURL(file).href);
  await page.waitForFunction("window.isReady");
  return page;
}

const control = (page, n) => page.locator(".train-settings :is(select, input)").nth(n);
const updatesShown = async (page) => parseInt((await page.locator(".train-counters dd").first().textContent()).replaceAll(/\D.*/g, ""), 10);

async function train(page, { cell, start, task, T, rate }) {
  await control(page, 0).selectOption(cell);
  await control(page, 1).selectOption(start);
  await control(page, 2).selectOption(task);
  await control(page, 3).fill(String(T));
  await control(page, 4).fill(String(rate));
  await page.evaluate(() => (window.trained = null));
  await page.locator(".train-run").focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction("window.trained", null, { timeout: 90000 });
  const said = await page.locator(".train-outcome").textContent();
  return { result: await page.evaluate(() => window.trained), said, updates: await updatesShown(page) };
}

const violations = (page) =>
  page.evaluate(async (text) => {
    if (!window.axe) (0, eval)(text);
    const runOnly = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    return (await window.axe.run(document, { runOnly })).violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
  }, axe);

const found = {};
const page = await open(1200, "light");
found.starts = {};
for (const cell of ["tanh", "lstm"]) {
  await control(page, 0).selectOption(cell);
  found.starts[cell] = await control(page, 1).locator("option").evaluateAll((options) => options.map((option) => option.value));
}
found.cells = await control(page, 0).locator("option").evaluateAll((options) => options.map((option) => option.value));
found.solved = await train(page, { cell: "tanh", start: "pytorch", task: "recall", T: 10, rate: 3 });
found.pixels = await page.locator("canvas").evaluate((canvas) => {
  const row = (y) => [...canvas.getContext("2d").getImageData(0, y, canvas.width, 1).data].filter((_, n) => n % 4 < 3);
  return { width: canvas.width, height: canvas.height, first: row(0), last: row(canvas.height - 1) };
});
found.diverged = await train(page, { cell: "linear", start: "identity", task: "adding", T: 40, rate: 9 });
found.chrono = await train(page, { cell: "lstm", start: "chrono", task: "recall", T: 12, rate: 4 });

await control(page, 2).selectOption("parity");
await control(page, 3).fill("100");
await page.evaluate(() => {
  window.longest = 0;
  let last = performance.now();
  const frame = (now) => {
    window.longest = Math.max(window.longest, now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
});
await page.locator(".train-run").click();
await page.waitForTimeout(1500);
found.disabled = await control(page, 0).isDisabled();
await page.locator(".train-run").click();
await page.waitForTimeout(400);
const paused = await updatesShown(page);
await page.waitForTimeout(500);
found.pause = [paused, await updatesShown(page)];
await page.locator(".train-run").click();
await page.waitForTimeout(1000);
found.resumed = await updatesShown(page);
found.longestFrame = await page.evaluate(() => window.longest);
await page.locator(".train-reset").click();
found.reset = { updates: await updatesShown(page), disabled: await control(page, 0).isDisabled() };

found.views = {};
for (const [name, width, scheme] of [["light", 1200, "light"], ["dark", 1200, "dark"], ["phone", 360, "light"]]) {
  const view = await open(width, scheme);
  await train(view, { cell: "tanh", start: "pytorch", task: "recall", T: 5, rate: 4 });
  const overflow = await view.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  found.views[name] = { overflow, violations: await violations(view) };
}
await browser.close();
console.log(JSON.stringify({ ...found, errors, requests: requests.filter((url) => !/^(data|blob|file):/.test(url)) }));
