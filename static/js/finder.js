/* Filters that answer at once, through htmx; without it they are a form and links. */
const { htmx } = window;
const finder = document.querySelector("[data-finder]");

if (htmx && finder) {
  Object.assign(htmx.config, {
    // The policy of the pages allows neither: no style in the page, nothing that is put together and run.
    includeIndicatorStyles: false,
    allowEval: false,
    // Going back is a page load: everything is as it was, and nothing is kept in the browser's store.
    historyCacheSize: 0,
    refreshOnHistoryMiss: true,
    scrollIntoViewOnBoost: false,
  });

  const form = finder.querySelector(".filters__panel");
  const said = document.querySelector("[data-found]");
  const openFacets = () => new Map([...form.querySelectorAll("details[id]")].map(({ id, open }) => [id, open]));
  let before = new Map();

  /* A year is complete when the reader says so: by Enter or by the button. */
  form.addEventListener("change", (event) => {
    if (event.target.type !== "checkbox") event.stopPropagation();
  }, true);

  finder.addEventListener("htmx:configRequest", ({ detail }) => {
    for (const [name, value] of [...detail.formData]) {
      if (value === "") detail.formData.delete(name);
    }
  });

  finder.addEventListener("htmx:beforeSwap", () => { before = openFacets(); });

  finder.addEventListener("htmx:afterSwap", () => {
    for (const [id, open] of before) {
      const facet = document.getElementById(id);
      if (facet) facet.open = open;
    }
  });

  /* The other languages are asked the same; they may have fewer pages. */
  const sameFilters = () => {
    const kept = new URLSearchParams(location.search);
    kept.delete("page");
    for (const link of document.querySelectorAll(".strip a, .menu a[hreflang]")) link.search = kept;
  };

  /* Who ticked a box stays there and hears how many there are; who followed a link goes to the heading. */
  finder.addEventListener("htmx:afterSettle", () => {
    sameFilters();
    const heading = finder.querySelector("[data-summary]");
    if (form.contains(document.activeElement)) said.textContent = heading.textContent;
    else heading.focus();
  });

  /* Whatever goes wrong, the address of the filters answers. */
  for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    finder.addEventListener(failure, () => form.submit());
  }
}
