// What an address names may lie in a fold: it is opened.
function reveal() {
  const target = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
  if (!target) return;
  for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  target.scrollIntoView();
}
addEventListener("hashchange", reveal);
reveal();

// Links to files beside the page are shown where these are: a page on its own has none.
for (const link of document.querySelectorAll("[data-beside]")) {
  const sight = new Image();
  sight.addEventListener("load", () => (link.hidden = false));
  sight.src = link.dataset.beside;
}

// On a phone the contents stay folded, so that the answer is in sight.
if (matchMedia("(max-width: 64rem)").matches) document.querySelector(".contents details").open = false;
