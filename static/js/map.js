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
