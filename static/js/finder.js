/* Filters that apply immediately, with htmx; without it they are a form and links. */
const { htmx } = window;
const finder = document.querySelector("[data-finder]");

if (htmx && finder) {
  Object.assign(htmx.config, {
    // The content security policy allows no inline style and no eval.
    includeIndicatorStyles: false,
    allowEval: false,
    // The back button loads the page again: the state is right, and nothing is stored in the browser.
    historyCacheSize: 0,
    refreshOnHistoryMiss: true,
    scrollIntoViewOnBoost: false,
  });

  const form = finder.querySelector(".filters__panel");
  const said = document.querySelector("[data-found]");
  const openFacets = () => new Map([...form.querySelectorAll("details[id]")].map(({ id, open }) => [id, open]));
  let before = new Map();

  /* A year is submitted with Enter or the button, not with each digit. */
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

  /* The links to other languages keep the search, but not the page number: they can have fewer pages. */
  const sameFilters = () => {
    const kept = new URLSearchParams(location.search);
    kept.delete("page");
    for (const link of document.querySelectorAll(".strip a, .menu a[hreflang]")) link.search = kept;
  };

  /* After a checkbox the focus stays and the count is announced; after a link the focus moves to the heading. */
  finder.addEventListener("htmx:afterSettle", () => {
    sameFilters();
    const heading = finder.querySelector("[data-summary]");
    if (form.contains(document.activeElement)) said.textContent = heading.textContent;
    else heading.focus();
  });

  /* On any error, load the URL of the filters as a page. */
  for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    finder.addEventListener(failure, () => form.submit());
  }
}
