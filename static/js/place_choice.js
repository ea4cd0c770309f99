/* Admin: a search field above a list of places hides the places that do not match. Without it, the list is complete. */
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

function connect(choice) {
  const search = choice.querySelector("input[type=search]");
  const select = choice.querySelector("select");
  search.hidden = false;
  search.addEventListener("input", () => {
    const words = fold(search.value).split(/\s+/);
    let found = null;
    for (const option of select.options) {
      option.hidden = !words.every((word) => fold(option.text).includes(word));
      if (!option.hidden && option.value) found ??= option;
    }
    for (const group of select.querySelectorAll("optgroup")) {
      group.hidden = [...group.children].every((option) => option.hidden);
    }
    if (search.value && found) {
      found.selected = true;
      select.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      select.focus();
    }
  });
}

document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-place-choice]").forEach(connect));
