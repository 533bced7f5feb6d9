// The value under the pointer on each growth line. Everything is readable without this.
for (const figure of document.querySelectorAll("figure[data-points]")) {
  const points = figure.dataset.points.split("|").map((point) => point.split(":"));
  const drawing = figure.querySelector("svg");
  const said = figure.querySelector("output");
  drawing.addEventListener("pointermove", (event) => {
    const box = drawing.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    said.textContent = points[Math.round(share * (points.length - 1))].join(": ");
  });
  drawing.addEventListener("pointerleave", () => { said.textContent = ""; });
}
