(() => {
  const root = document.getElementById("slide");
  const slide = JSON.parse(document.getElementById("slide-data").textContent);
  const { words, claims } = slide;
  const make = (tag, className, text = "") => Object.assign(document.createElement(tag), { className, textContent: text });

  const card = make("span", "phrase-card");
  card.id = "phrase-card";
  card.setAttribute("role", "group");
  card.hidden = true;
  let open = null;
  let waiting = 0;
  function close() {
    clearTimeout(waiting);
    if (open === null) return;
    open.classList.remove("open");
    open.removeAttribute("aria-describedby");
    card.hidden = true;
    open = null;
  }
  function show(phrase) {
    clearTimeout(waiting);
    if (open === phrase || root.classList.contains("taught")) return;
    close();
    const claim = claims[phrase.dataset.claim];
    const badge = make("span", `badge ${claim.verdict.style}`);
    const mark = make("span", "", claim.verdict.mark);
    mark.setAttribute("aria-hidden", "true");
    badge.append(mark, ` ${claim.verdict.word}`);
    const link = make("a", "", `${words.evidence} →`);
    link.href = `#claim-${phrase.dataset.claim}`;
    card.className = `phrase-card ${claim.verdict.style}`;
    card.setAttribute("aria-label", claim.title);
    card.replaceChildren(badge, make("span", "line", claim.line), make("span", "number", claim.number), link);
    phrase.after(card);
    card.hidden = false;
    place(phrase);
    phrase.classList.add("open");
    phrase.setAttribute("aria-describedby", card.id);
    open = phrase;
  }
  function place(phrase) {
    const frame = root.getBoundingClientRect();
    const lines = phrase.getClientRects();
    const last = lines[lines.length - 1];
    const left = Math.min(Math.max(last.left - frame.left, 8), frame.width - card.offsetWidth - 8);
    const below = last.bottom + 6;
    const fits = below + card.offsetHeight <= innerHeight || lines[0].top - 6 < card.offsetHeight;
    card.style.left = `${left}px`;
    card.style.top = `${(fits ? below : lines[0].top - 6 - card.offsetHeight) - frame.top}px`;
  }
  const later = (action, delay) => {
    clearTimeout(waiting);
    waiting = setTimeout(action, delay);
  };
  for (const phrase of root.querySelectorAll(".phrase")) {
    phrase.addEventListener("pointerenter", (event) => event.pointerType !== "touch" && later(() => show(phrase), 90));
    phrase.addEventListener("pointerleave", (event) => event.pointerType !== "touch" && later(close, 250));
    phrase.addEventListener("focus", () => show(phrase));
    let wasOpen = false;
    phrase.addEventListener("pointerdown", () => (wasOpen = open === phrase));
    phrase.addEventListener("click", (event) => {
      if (event.pointerType !== "touch" || wasOpen) return close();
      event.preventDefault();
      show(phrase);
    });
  }
  card.addEventListener("pointerenter", () => clearTimeout(waiting));
  card.addEventListener("pointerleave", (event) => event.pointerType !== "touch" && later(close, 250));
  card.addEventListener("click", (event) => event.target.closest("a") && later(close, 0));
  root.addEventListener("focusout", (event) => open && !card.contains(event.relatedTarget) && event.relatedTarget !== open && event.relatedTarget && close());
  document.addEventListener("pointerdown", (event) => open && !card.contains(event.target) && !open.contains(event.target) && close());
  document.addEventListener("keydown", (event) => event.key === "Escape" && close());
  addEventListener("resize", close);

  const phrases = [...root.querySelectorAll(".phrase")];
  for (const button of root.querySelectorAll("[data-view]")) {
    button.addEventListener("click", () => {
      close();
      const taught = button.dataset.view === "taught";
      root.classList.toggle("taught", taught);
      for (const other of root.querySelectorAll("[data-view]")) other.setAttribute("aria-pressed", String(other === button));
      for (const phrase of phrases) {
        if (taught) phrase.removeAttribute("href");
        else phrase.href = `#claim-${phrase.dataset.claim}`;
      }
    });
  }

  // What is saved is laid out anew, from the data, on white: text and strokes that SVG and canvas both can draw.
  const FACE = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
  const SERIF = '"Cambria Math", "STIX Two Text", Cambria, Georgia, serif';
  const [WIDTH, MARGIN, GAP, SIZE, FG, SOFT, HEAD, RULE] = [1600, 60, 56, 19, "#1f2328", "#57606a", "#0550ae", "#d0d7de"];
  const measure = document.createElement("canvas").getContext("2d");
  const fontOf = (piece) => `${piece.italic ? "italic " : ""}${piece.bold ? 700 : 400} ${piece.size}px ${piece.face}`;
  const toneOf = (style) => getComputedStyle(root.querySelector(`.slide-legend .${style}`)).getPropertyValue("--tone").trim();

  function pieces(spans, base, measured) {
    const found = [];
    let space = false;
    const add = (text, more) => {
      for (const [, before, word, after] of text.matchAll(/( *)([^ ]+)( *)/g)) {
        found.push({ ...base, ...more, text: word, space: space || before !== "" });
        space = after !== "";
      }
      if (/^ +$/.test(text)) space = true;
    };
    for (const span of spans) {
      const claim = measured && span.claim ? claims[span.claim] : null;
      const style = claim?.verdict.style ?? "";
      for (const run of span.runs) {
        const script = { sup: 0.38, sub: -0.2 }[run.style];
        add(run.text, {
          line: style,
          bold: base.bold || run.style === "strong",
          ...(script ? { size: base.size * 0.72, rise: base.size * script } : {}),
        });
      }
      if (!claim) continue;
      add(claim.verdict.mark, { size: base.size * 0.8, bold: true, fill: toneOf(style), face: FACE });
      if (span.corrected) add(` ${claim.correction}`, { size: base.size * 0.82, fill: toneOf(style), face: FACE });
    }
    return found;
  }
  function lines(given, width) {
    const units = [];
    for (const piece of given) {
      measure.font = fontOf(piece);
      const sized = { ...piece, width: measure.measureText(piece.text).width, gap: piece.space ? piece.size * 0.27 : 0 };
      if (piece.space || units.length === 0) units.push([sized]);
      else units[units.length - 1].push(sized);
    }
    const rows = [[]];
    let x = 0;
    for (const unit of units) {
      const wide = unit.reduce((sum, piece) => sum + piece.width + piece.gap, 0);
      if (x > 0 && x + wide > width) {
        rows.push([]);
        x = 0;
      }
      for (const piece of unit) {
        if (x > 0) x += piece.gap;
        rows[rows.length - 1].push({ ...piece, x });
        x += piece.width;
      }
    }
    return rows;
  }
  function underline(style, from, to, y) {
    const straight = (at) => `M${from} ${at}H${to}`;
    if (style === "depends" || style === "only-if") return [straight(y - 1), straight(y + 2.5)].join("");
    if (style !== "refuted") return straight(y);
    let path = `M${from} ${y}`;
    for (let x = from, up = true; x < to; x += 4, up = !up) path += `L${Math.min(x + 4, to)} ${up ? y + 3 : y}`;
    return path;
  }
  const DASHES = { conditional: "7 4", inconclusive: "2 3" };
  function drawLines(marks, rows, x, y, leading, centred = 0) {
    for (const row of rows) {
      const last = row[row.length - 1];
      const shift = x + (centred && last ? (centred - last.x - last.width) / 2 : 0);
      row.forEach((piece, place) => {
        marks.push({ ...piece, kind: "text", x: shift + piece.x, y: y + leading * 0.72 - (piece.rise ?? 0) });
        if (!piece.line) return;
        const next = row[place + 1];
        const end = next?.line === piece.line ? next.x : piece.x + piece.width;
        const path = underline(piece.line, shift + piece.x, shift + end, y + leading * 0.72 + 5);
        marks.push({ kind: "path", path, stroke: toneOf(piece.line), dash: DASHES[piece.line] ?? "", thick: 2 });
      });
      y += leading;
    }
    return y;
  }
  function layout(measured) {
    const marks = [];
    const plain = { size: SIZE, fill: FG, face: FACE, bold: false };
    const leading = SIZE * 1.52;
    const text = (words, style, x, y, width, high) => drawLines(marks, lines(pieces([{ claim: "", runs: [{ text: words, style: "" }] }], style, false), width), x, y, high);
    const rule = (x, y, width) => marks.push({ kind: "path", path: `M${x} ${y}H${x + width}`, stroke: RULE, dash: "", thick: 1 });
    function block(given, x, y, width) {
      if (given.kind === "paragraph") return drawLines(marks, lines(pieces(given.text, plain, measured), width), x, y, leading) + 6;
      if (given.kind === "equation") {
        return drawLines(marks, lines(pieces(given.text, { ...plain, face: SERIF, size: SIZE * 1.1 }, measured), width), x, y + 3, leading * 1.1, width) + 8;
      }
      if (given.kind === "table") {
        const parts = [0.22, 0.45, 0.33].map((part) => part * width);
        const row = (cells, style, top) => {
          let left = x;
          const bottoms = cells.map((cell, column) => {
            const own = column === 2 && !style.bold ? { ...style, face: SERIF } : style;
            const bottom = drawLines(marks, lines(pieces(cell, own, measured), parts[column] - 14), left, top + 5, leading);
            left += parts[column];
            return bottom;
          });
          rule(x, Math.max(...bottoms) + 5, width);
          return Math.max(...bottoms) + 5;
        };
        const small = { ...plain, size: SIZE * 0.92 };
        let bottom = row(given.head.map((head) => [{ claim: "", runs: [{ text: head, style: "" }] }]), { ...small, bold: true, fill: SOFT }, y);
        for (const cells of given.rows) bottom = row(cells, small, bottom);
        return bottom + 10;
      }
      given.items.forEach((item, place) => {
        text(given.kind === "steps" ? `${place + 1}.` : "•", plain, x, y, 30, leading);
        y = drawLines(marks, lines(pieces(item, plain, measured), width - 26), x + 26, y, leading) + 5;
      });
      return y + 4;
    }
    function section(given, x, y, width) {
      y = text(given.title, { ...plain, size: SIZE * 1.14, bold: true, fill: HEAD }, x, y + 10, width, leading * 1.14) + 4;
      for (const each of given.blocks) y = block(each, x, y, width);
      return y;
    }
    const whole = WIDTH - 2 * MARGIN;
    let y = text(slide.title, { ...plain, size: 38, bold: true }, MARGIN, MARGIN - 14, whole, 48) + 4;
    if (measured) {
      const legend = slide.legend.map((each) => ({ claim: "", each }));
      const named = legend.flatMap(({ each }) => {
        const colour = { ...plain, size: SIZE * 0.9, fill: toneOf(each.style) };
        return [
          { ...colour, bold: true, text: each.mark, space: true },
          { ...colour, text: each.word.replaceAll(" ", "\u00a0"), space: true, line: each.style },
          { ...colour, text: "\u2003", space: true },
        ];
      });
      y = drawLines(marks, lines(named, whole), MARGIN, y, leading) + 6;
    }
    rule(MARGIN, y, whole);
    const wide = (whole - GAP) / 2;
    const bottoms = slide.columns.map((column, place) => {
      let at = y + 6;
      for (const each of column) at = section(each, MARGIN + place * (wide + GAP), at, wide);
      return at;
    });
    y = Math.max(...bottoms) + 8;
    rule(MARGIN, y, whole);
    y = section(slide.summary, MARGIN, y, whole);
    rule(MARGIN, y + 4, whole);
    y = text(words.source.replace("{facts}", root.dataset.source), { ...plain, size: SIZE * 0.78, fill: SOFT }, MARGIN, y + 12, whole, leading);
    return { marks, height: Math.ceil(y + MARGIN / 2) };
  }
  const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  const rounded = (number) => Number(number.toFixed(2));
  function svg({ marks, height }) {
    const body = marks.map((mark) => {
      if (mark.kind === "path") return `<path d="${mark.path}" fill="none" stroke="${mark.stroke}" stroke-width="${mark.thick}"${mark.dash ? ` stroke-dasharray="${mark.dash}"` : ""}/>`;
      return `<text x="${rounded(mark.x)}" y="${rounded(mark.y)}" ${mark.face === FACE ? "" : `font-family="${escaped(mark.face)}" `}font-size="${rounded(mark.size)}"${mark.bold ? ' font-weight="700"' : ""} fill="${mark.fill}">${escaped(mark.text)}</text>`;
    });
    const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" lang="${document.documentElement.lang}" font-family="${escaped(FACE)}">`;
    return `${head}<title>${escaped(slide.title)}</title><rect width="100%" height="100%" fill="#fff"/>${body.join("")}</svg>\n`;
  }
  function png({ marks, height }, scale = 2) {
    const canvas = Object.assign(document.createElement("canvas"), { width: WIDTH * scale, height: height * scale });
    const context = canvas.getContext("2d");
    context.scale(scale, scale);
    context.fillStyle = "#fff";
    context.fillRect(0, 0, WIDTH, height);
    for (const mark of marks) {
      if (mark.kind === "path") {
        Object.assign(context, { strokeStyle: mark.stroke, lineWidth: mark.thick });
        context.setLineDash(mark.dash ? mark.dash.split(" ").map(Number) : []);
        context.stroke(new Path2D(mark.path));
      } else {
        Object.assign(context, { font: fontOf(mark), fillStyle: mark.fill });
        context.fillText(mark.text, mark.x, mark.y);
      }
    }
    return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  }
  for (const button of root.querySelectorAll("[data-save]")) {
    button.addEventListener("click", async () => {
      const drawn = layout(!root.classList.contains("taught"));
      const kind = button.dataset.save;
      const blob = kind === "svg" ? new Blob([svg(drawn)], { type: "image/svg+xml" }) : await png(drawn);
      const address = URL.createObjectURL(blob);
      Object.assign(document.createElement("a"), { href: address, download: `slide-${document.documentElement.lang}.${kind}` }).click();
      setTimeout(() => URL.revokeObjectURL(address), 1000);
    });
  }
  root.querySelector(".slide-controls").hidden = false;
})();
