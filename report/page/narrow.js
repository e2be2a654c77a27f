// On a phone every figure is replaced by one that was drawn for its width, and the reader's network moves to it.
const phone = matchMedia("(max-width: 40rem)");
let placed = false;
async function place() {
  if (placed || !phone.matches || !document.getElementById("narrow")) return;
  placed = true;
  const figures = JSON.parse(await report.unpacked("narrow"));
  for (const picture of document.querySelectorAll(".picture")) {
    const drawn = figures[picture.dataset.figure];
    if (!drawn) continue;
    const frame = document.createElement("div");
    frame.className = "narrow";
    frame.innerHTML = drawn;
    picture.append(frame);
    picture.classList.add("has-narrow");
  }
  report.filterAgain();
  document.documentElement.dataset.narrow = "placed";
}
phone.addEventListener("change", async () => {
  await place();
  report.markRun();
});
place();
