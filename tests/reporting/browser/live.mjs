// Drives the live parts of a page in Chromium and says, as JSON, what they show: node live.mjs CHROMIUM FILE
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [executablePath, file] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const browser = await chromium.launch({ executablePath, args });
const found = { errors: [], requests: [], views: {} };

async function open(options) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  page.on("pageerror", (error) => found.errors.push(String(error)));
  page.on("request", (request) => /^(data|blob|file):/.test(request.url()) || found.requests.push(request.url()));
  await page.goto(pathToFileURL(file).href);
  for (const button of await page.locator("button[data-live]").all()) await button.click();
  await page.locator(".walk-panels").waitFor();
  await page.locator(".live-slider").first().waitFor();
  return page;
}

const stateOf = (page, inner) => page.evaluate((inner) => document.querySelector(inner).closest(".live-part").live.state(), inner);
const walkOf = (page) => stateOf(page, ".walk-panels");
const slidersOf = (page) => stateOf(page, ".live-slider");
const settled = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
const partOf = (page, inner) => page.locator(".live-part", { has: page.locator(inner) });
const choose = (page, place, value) => partOf(page, ".walk-panels").locator("select").nth(place).selectOption(value);

/** Where the upper eigenvalue stands, and where on the screen radius and angle would be. */
async function handleOf(page) {
  const handle = page.locator(".walk-handle[tabindex]");
  await handle.scrollIntoViewIfNeeded();
  const box = await handle.locator("circle").first().boundingBox(), plane = await page.locator(".walk-plane").boundingBox();
  const centre = { x: plane.x + plane.width / 2, y: plane.y + plane.height / 2 }, at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const { radius } = await walkOf(page), scale = Math.hypot(at.x - centre.x, at.y - centre.y) / radius;
  const place = (radius, degrees) => ({ x: centre.x + scale * radius * Math.cos((degrees * Math.PI) / 180), y: centre.y - scale * radius * Math.sin((degrees * Math.PI) / 180) });
  return { handle, at, place };
}

const brief = ({ radius, degrees, T, norms, place, playing, network, cell, base, kept, sentence }) => ({ radius, degrees, T, norms, place, playing, network, cell, base, kept, sentence });
const fields = (page) => partOf(page, ".walk-panels").locator(".live-number input[type=number]").evaluateAll((all) => all.filter((each) => each.offsetParent).map((each) => each.valueAsNumber));

const page = await open({});
found.still = (await walkOf(page)).playing;
await choose(page, 1, "linear");
{
  const { at, place } = await handleOf(page), to = place(1.2, 70);
  await page.mouse.move(at.x, at.y);
  await page.mouse.down();
  await page.mouse.move((at.x + to.x) / 2, (at.y + to.y) / 2);
  await page.mouse.move(to.x, to.y);
  await page.mouse.up();
  found.dragged = { ...brief(await walkOf(page)), fields: await fields(page) };
}
{
  const { handle } = await handleOf(page);
  await handle.focus();
  for (const key of ["ArrowDown", "ArrowDown", "Shift+ArrowDown", "ArrowRight"]) await page.keyboard.press(key);
  found.keyed = { ...brief(await walkOf(page)), said: await handle.getAttribute("aria-valuetext"), now: Number(await handle.getAttribute("aria-valuenow")) };
}
await partOf(page, ".walk-panels").locator(".live-number input[type=number]").first().fill("0.5");
found.typed = brief(await walkOf(page));
await choose(page, 1, "lstm");
await partOf(page, ".walk-panels").locator(".live-number:visible input[type=number]").nth(0).fill("0");
found.gated = brief(await walkOf(page));

await choose(page, 2, "fast");
await page.locator(".live-main-button").click();
found.started = (await walkOf(page)).playing;
await page.waitForFunction(() => !document.querySelector(".walk-panels").closest(".live-part").live.state().playing, null, { timeout: 20000 });
found.played = brief(await walkOf(page));
await page.locator(".walk-transport button").nth(2).click();
found.stepped = brief(await walkOf(page));

found.networks = [];
for (const value of await partOf(page, ".walk-panels").locator("select").first().locator("option").evaluateAll((all) => all.map((each) => each.value).filter((each) => each !== "pair"))) {
  await choose(page, 0, value);
  await page.locator(".walk-transport button").nth(1).click();
  found.networks.push({ ...brief(await walkOf(page)), words: await page.locator(".walk-now").textContent(), dots: await page.locator(".walk-dots > circle").count(), handles: await page.locator(".walk-handle:visible").count() });
}

found.sliders = [];
const parts = await page.locator(".live-slider").all();
for (const [place, values] of [[0, ["0.9", "0.91", "1.3"]], [1, ["2", "2.5", "-2"]]]) {
  for (const value of values) {
    await parts[place].locator("input[type=number]").fill(value);
    await settled(page);
    const state = Object.values(await slidersOf(page))[place];
    found.sliders.push({ place, ...state, width: (await parts[place].locator("input[type=range]").boundingBox()).width, note: await parts[place].locator(".live-note").textContent(), circles: await parts[place].locator(".chart-picture circle").count() });
  }
}
await parts[0].locator("input[type=range]").focus();
const before = Object.values(await slidersOf(page))[0].value;
await page.keyboard.press("ArrowRight");
await settled(page);
found.pressed = { before, after: Object.values(await slidersOf(page))[0].value };
await page.waitForTimeout(900);
found.aloud = await page.locator(".live-part .chart-summary").allTextContents();
await page.context().close();

for (const [name, options] of Object.entries({ light: { colorScheme: "light" }, dark: { colorScheme: "dark" }, phone: { viewport: { width: 360, height: 800 }, hasTouch: true } })) {
  const page = await open(options);
  await page.evaluate(axe);
  const violations = [];
  for (const network of ["pair", ...(found.networks.length ? ["0"] : [])]) {
    await choose(page, 0, network);
    const result = await page.evaluate((tags) => window.axe.run({ include: [[".live-part"]] }, { runOnly: tags }), tags);
    violations.push(...result.violations.map((each) => `${each.id}: ${each.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`));
  }
  const view = { violations, overflow: await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth) };
  view.widths = await page.locator(".live-slider input[type=range]").evaluateAll((all) => all.map((each) => each.offsetWidth));
  if (name === "phone") {
    await choose(page, 0, "pair");
    const { at, place } = await handleOf(page), to = place(0.5, 120), session = await page.context().newCDPSession(page);
    const touch = (type, points) => session.send("Input.dispatchTouchEvent", { type, touchPoints: points });
    await touch("touchStart", [at]);
    await touch("touchMove", [to]);
    await touch("touchEnd", []);
    view.touched = brief(await walkOf(page));
  }
  found.views[name] = view;
  await page.context().close();
}

const moving = await open({ reducedMotion: "no-preference" });
await moving.waitForTimeout(600);
found.moving = brief(await walkOf(moving));
console.log(JSON.stringify(found));
await browser.close();
