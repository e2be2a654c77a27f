// What an address names may lie in a fold, which is opened, or in a claim that the filter hides, which ends it.
function reveal() {
  const target = document.getElementById(location.hash.slice(1));
  if (!target) return;
  if (target.closest(".claim[hidden]")) report.showVerdict("");
  for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  target.scrollIntoView();
}
addEventListener("hashchange", reveal);
document.addEventListener("click", (event) => {
  if (event.target.closest("a")?.getAttribute("href") === location.hash) reveal();
});
reveal();

// Links to files beside the page are shown where these are: a page on its own has none.
for (const link of document.querySelectorAll("[data-beside]")) {
  const sight = new Image();
  sight.addEventListener("load", () => {
    link.hidden = false;
    if (link.classList.contains("timeline")) link.replaceChildren(Object.assign(sight, { alt: link.textContent }));
  });
  sight.src = link.dataset.beside;
}

// On a phone the contents stay folded, so that the answer is in sight.
if (matchMedia("(max-width: 64rem)").matches) document.querySelector(".contents details").open = false;
