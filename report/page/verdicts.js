// Cards and claims of one verdict.
const filter = document.querySelector(".filter");
const shown = () => [...document.querySelectorAll(".card")].filter((card) => !card.hidden);
report.showVerdict = (verdict) => {
  for (const button of filter.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.dataset.verdict === verdict));
  for (const card of document.querySelectorAll(".card")) card.hidden = verdict !== "" && card.dataset.verdict !== verdict;
  for (const claim of document.querySelectorAll(".claim")) claim.hidden = verdict !== "" && claim.dataset.verdict !== verdict;
  for (const group of document.querySelectorAll(".group")) group.hidden = [...group.querySelectorAll(".card")].every((card) => card.hidden);
  for (const group of document.querySelectorAll(".claims")) group.classList.toggle("none", [...group.querySelectorAll(".claim")].every((claim) => claim.hidden));
  const status = filter.querySelector(".count");
  status.textContent = status.dataset.text.replace("{n}", String(shown().length));
  report.keep("verdict", verdict);
};
filter.hidden = false;
for (const button of filter.querySelectorAll("button")) button.addEventListener("click", () => report.showVerdict(button.dataset.verdict));
const asked = report.asked("verdict");
if ([...filter.querySelectorAll("button")].some((button) => button.dataset.verdict === asked)) report.showVerdict(asked);
