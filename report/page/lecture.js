(() => {
  const slide = JSON.parse(document.getElementById("slide-data").textContent);
  const { verdicts } = slide;
  const words = slide.words.mode;
  const STAGES = ["predict", "reveal", "discuss"];
  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  function make(tag, className, ...inner) {
    const element = document.createElement(tag);
    element.className = className;
    element.append(...inner);
    return element;
  }
  function button(className, text, action) {
    const element = make("button", className, text);
    element.type = "button";
    element.addEventListener("click", action);
    return element;
  }
  const sign = (verdict) => {
    const mark = make("span", "lecture-mark", verdict.mark);
    mark.setAttribute("aria-hidden", "true");
    return [mark, ` ${verdict.word}`];
  };

  const dialog = make("dialog", "lecture");
  dialog.setAttribute("aria-label", words.name);
  const progress = make("p", "lecture-progress");
  const said = make("p", "unseen");
  said.setAttribute("role", "status");
  const stage = make("div", "lecture-stage");
  const back = button("", `← ${words.back}`, () => step(-1));
  const next = button("lecture-next", `${words.next} →`, () => step(1));
  const leave = button("", words.leave, () => dialog.close());
  dialog.append(
    make("div", "lecture-head", progress, leave),
    stage,
    make("div", "lecture-foot", back, make("span", "lecture-keys", words.keys), next),
    said,
  );
  document.body.append(dialog);

  let articles = [];
  let place = 0;
  let returned = null;
  let entered = false;
  const predictions = new Map();
  const borrowed = [];
  // What is shown is the page's own, moved here and put back, so that nothing is on the page twice.
  function borrow(element) {
    const hole = document.createComment("");
    element.replaceWith(hole);
    borrowed.push(() => hole.replaceWith(element));
    return element;
  }
  function giveBack() {
    while (borrowed.length) borrowed.pop()();
  }
  function copy(element) {
    const same = element.cloneNode(true);
    for (const each of [same, ...same.querySelectorAll("[id]")]) each.removeAttribute("id");
    return same;
  }
  const textOf = (element) => element?.textContent.trim() ?? "";
  const titleOf = (article) => textOf(article.querySelector("h2, h3, h4, h5"));
  const quoteOf = (article) => make("p", "lecture-quote", textOf(article.querySelector(".quote, blockquote p, blockquote")));
  const sentence = (text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
  const verdictOf = (article) => verdicts.find(({ style }) => article.querySelector(`.verdict.${style}, .verdict .${style}, .badge.${style}`)) ?? null;
  function figureOf(article) {
    const own = article.querySelector(".claim-figure") ?? article.querySelector("figure:not(:has(table))");
    if (own) return own;
    const elsewhere = article.querySelector('a[href^="#figure-"]')?.getAttribute("href").slice(1);
    return elsewhere ? document.getElementById(elsewhere) : null;
  }
  function choices(article) {
    const group = make("div", "lecture-choices");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", words.ask);
    verdicts.forEach((verdict, order) => {
      const choice = button(verdict.style, "", () => choose(article, order));
      choice.append(make("kbd", "", String(order + 1)), make("span", "", ...sign(verdict)));
      choice.setAttribute("aria-pressed", String(predictions.get(article.id) === verdict.style));
      group.append(choice);
    });
    return group;
  }
  function choose(article, order) {
    predictions.set(article.id, verdicts[order].style);
    [...stage.querySelectorAll(".lecture-choices button")].forEach((choice, at) => choice.setAttribute("aria-pressed", String(at === order)));
    said.textContent = filled(words.predicted, { word: verdicts[order].word });
    next.focus();
  }
  function comparison(article) {
    const predicted = verdicts.find(({ style }) => style === predictions.get(article.id));
    if (!predicted) return words.unpredicted;
    return predicted.style === verdictOf(article)?.style ? words.matches : filled(words.differs, { word: predicted.word });
  }
  const parts = {
    predict: (article) => [quoteOf(article), make("p", "lecture-ask", words.ask), choices(article)],
    reveal(article) {
      const verdict = article.querySelector(".verdict");
      const figure = figureOf(article);
      const tests = article.querySelector(".tests");
      const shown = [];
      if (verdict) shown.push(make("div", "lecture-verdict", copy(verdict)));
      shown.push(make("p", "lecture-comparison", comparison(article)));
      if (figure) shown.push(borrow(figure));
      if (tests) shown.push(make("details", "lecture-tests", make("summary", "", words.tests), borrow(tests)));
      return shown;
    },
    discuss(article) {
      const refuter = article.querySelector(".refuter");
      const condition = article.querySelector(".condition");
      const against = slide.claims[article.id.replace("claim-", "")]?.against;
      const shown = [];
      if (refuter) shown.push(make("h3", "", words.refuter), copy(refuter));
      if (condition || against) shown.push(make("h3", "", words.condition), condition ? copy(condition) : make("p", "", sentence(against)));
      const link = make("a", "", words.read);
      link.href = `#${article.id}`;
      link.addEventListener("click", () => {
        returned = null;
        dialog.close();
      });
      return [...shown, make("p", "", link)];
    },
  };
  function tally() {
    const made = articles.filter((article) => predictions.has(article.id));
    const right = made.filter((article) => predictions.get(article.id) === verdictOf(article)?.style);
    return made.length ? filled(words.score, { right: right.length, made: made.length }) : words.no_score;
  }
  function render() {
    giveBack();
    const at = Math.floor(place / STAGES.length);
    const ended = at === articles.length;
    const name = STAGES[place % STAGES.length];
    const title = make("h2", "", ended ? words.tally : titleOf(articles[at]));
    title.tabIndex = -1;
    const where = ended ? words.tally : `${filled(words.progress, { n: at + 1, all: articles.length })} · ${words.stages[name]}`;
    dialog.dataset.stage = ended ? "end" : name;
    progress.textContent = where;
    said.textContent = where;
    stage.replaceChildren(title, ...(ended ? [make("p", "lecture-score", tally())] : parts[name](articles[at])));
    stage.scrollTop = 0;
    back.disabled = place === 0;
    next.disabled = ended;
    title.focus();
  }
  function step(by) {
    place = Math.min(Math.max(place + by, 0), articles.length * STAGES.length);
    render();
  }
  async function open() {
    articles = [...document.querySelectorAll('article[id^="claim-"]')];
    if (dialog.open || articles.length === 0) return;
    returned = document.activeElement;
    const asked = articles.findIndex((article) => `#${article.id}` === location.hash);
    place = Math.max(asked, 0) * STAGES.length;
    const full = document.documentElement.requestFullscreen?.().then(() => (entered = true));
    await Promise.race([full?.catch(() => {}), new Promise((resolve) => setTimeout(resolve, 300))]);
    if (dialog.open) return;
    dialog.showModal();
    render();
  }
  dialog.addEventListener("close", () => {
    giveBack();
    stage.replaceChildren();
    if (entered && document.fullscreenElement) document.exitFullscreen();
    entered = false;
    returned?.focus({ preventScroll: true });
  });
  document.addEventListener("fullscreenchange", () => entered && !document.fullscreenElement && dialog.open && dialog.close());
  dialog.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const inControl = event.target.closest("input, select, textarea, summary, [contenteditable], .lecture-choices button, .term, a");
    const onward = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1, " ": event.shiftKey ? -1 : 1 }[event.key];
    if (onward && !(inControl && (event.key === " " || event.target.matches("input, select, textarea")))) {
      event.preventDefault();
      step(onward);
    } else if (dialog.dataset.stage === "predict" && verdicts[Number(event.key) - 1]) {
      choose(articles[Math.floor(place / STAGES.length)], Number(event.key) - 1);
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "s" || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.target.closest?.("input, select, textarea, [contenteditable]")) return;
    open();
  });
  for (const control of document.querySelectorAll("[data-lecture]")) {
    control.hidden = false;
    control.addEventListener("click", open);
  }
})();
