/* On a touch screen the first touch of a dot shows its name, the second one follows its link. */
for (const map of document.querySelectorAll("[data-map]")) {
  let named;
  map.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (event.pointerType !== "touch" || !link || link === named) return;
    event.preventDefault();
    named = link;
    link.focus();
  });
}

/* Escape hides the name, which lies over other dots, until another dot is reached. */
const maps = [...document.querySelectorAll("[data-map]")];

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") maps.forEach((map) => { map.dataset.quiet = ""; });
});

for (const event of ["focusin", "pointerover"]) {
  document.addEventListener(event, () => maps.forEach((map) => { delete map.dataset.quiet; }));
}
