// The parts that compute: their code lies inert in the page until a reader asks for it.
let loading;
function load() {
  loading ??= report.unpacked("live").then(async (source) => {
    const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    return { source, module: await import(address) };
  });
  return loading;
}
// The network that the reader trained last stands in the first figure that is shown, at its cell, start and length.
let trained = null;
report.markRun = () => {
  if (!trained) return;
  const { cell, remedy, task, length, solved } = trained;
  for (const field of document.querySelectorAll(".reader-run")) field.remove();
  const fields = [...document.querySelectorAll(`[data-figure="memory-map"] [data-cell="${cell}"][data-remedy="${remedy}"][data-task="${task}"][data-length]`)];
  const nearest = (field) => Math.abs(Math.log(Number(field.dataset.length) / length));
  for (const svg of new Set(fields.map((field) => field.ownerSVGElement))) {
    if (svg.getClientRects().length === 0) continue;
    const field = fields.filter((each) => each.ownerSVGElement === svg).reduce((first, second) => (nearest(second) < nearest(first) ? second : first));
    const box = field.getBBox();
    const mark = document.createElementNS(svg.namespaceURI, "circle");
    const look = { class: `reader-run ${solved ? "solved" : "unsolved"}`, cx: box.x + box.width / 2, cy: box.y + box.height / 2, r: 5 };
    for (const [name, value] of Object.entries(look)) mark.setAttribute(name, value);
    mark.append(Object.assign(document.createElementNS(svg.namespaceURI, "title"), { textContent: report.words.your_run }));
    field.parentNode.append(mark);
  }
};
function onTrained(run) {
  trained = run;
  report.markRun();
}
const MOUNTS = { walk: "mountWalk", sliders: "mountSliders", train: "mountTrain" };
async function start(section, button) {
  button.disabled = true;
  const { source, module } = await load();
  const name = section.dataset.live;
  const { words, data } = JSON.parse(document.getElementById("live-words").textContent);
  const context = { words: words[name], language: report.words.language, data, source, onTrained };
  module[MOUNTS[name]](section.querySelector(".live-part"), context);
  button.remove();
  section.querySelector(".live-part :is(select, input, button)").focus({ preventScroll: true });
  section.dataset.started = "true";
}
for (const section of document.querySelectorAll("[data-live]")) {
  const button = report.button(report.words.live_start, report.words.live_start_of.replace("{title}", section.getAttribute("aria-label")), () => start(section, button));
  button.className = "start";
  section.querySelector(".live-part").before(button);
}
