// A figure as a file of its own: what it shows above it, where it is from below it, in light colours.
const SPACE = "http://www.w3.org/2000/svg";
const MARGIN = 8;
const rule = document.createElement("canvas").getContext("2d");
function wrapped(text, size, weight, width) {
  rule.font = `${weight} ${size}px "DejaVu Sans", Verdana, sans-serif`;
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (lines.at(-1) && rule.measureText(longer).width > width) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}
function written(parent, lines, size, weight, colour, top) {
  for (const [index, line] of lines.entries()) {
    const text = document.createElementNS(SPACE, "text");
    const look = { x: MARGIN, y: top + size * (1 + 1.3 * index), "font-size": size, "font-weight": weight, fill: colour, "font-family": "DejaVu Sans, Verdana, sans-serif" };
    for (const [name, value] of Object.entries(look)) text.setAttribute(name, value);
    text.textContent = line;
    parent.append(text);
  }
  return top + size * 1.3 * lines.length + 4;
}
report.standalone = (figure) => {
  const drawn = figure.querySelector(".picture > svg").cloneNode(true);
  drawn.querySelector(".reader-run")?.remove();
  const [, , width, height] = drawn.getAttribute("viewBox").split(/[\s,]+/).map(Number);
  const whole = document.createElementNS(SPACE, "svg");
  const paper = document.createElementNS(SPACE, "rect");
  whole.append(paper);
  const room = width - 2 * MARGIN;
  const of = (name) => figure.querySelector(name)?.textContent.trim() ?? "";
  const claim = figure.closest(".claim");
  const tested = claim ? [...claim.querySelectorAll(".tests .found")].map((line) => line.textContent.trim())[0] : "";
  let top = written(whole, wrapped(of(".finding"), 12, "bold", room), 12, "bold", "#1f2328", MARGIN);
  top = written(whole, wrapped(of(".drawn"), 8.5, "normal", room), 8.5, "normal", "#57606a", top);
  if (tested) top = written(whole, wrapped(`${claim.querySelector("h3, h4").firstChild.textContent}: ${tested}`, 8.5, "normal", room), 8.5, "normal", "#57606a", top);
  for (const [name, value] of Object.entries({ x: 0, y: top, width, height })) drawn.setAttribute(name, value);
  whole.append(drawn);
  const bottom = written(whole, wrapped(`${report.words.source} · ${report.address(figure.id)}`, 7, "normal", room), 7, "normal", "#57606a", top + height + 4);
  for (const [name, value] of Object.entries({ width: "100%", height: "100%", fill: "#ffffff" })) paper.setAttribute(name, value);
  for (const [name, value] of Object.entries({ xmlns: SPACE, viewBox: `0 0 ${width} ${bottom + MARGIN}`, width, height: bottom + MARGIN })) whole.setAttribute(name, value);
  return new XMLSerializer().serializeToString(whole).replace(/var\(--c-([0-9a-f]{6})\)/g, "#$1");
};
report.png = async (svg) => {
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await picture.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: 2 * picture.width, height: 2 * picture.height });
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
};
