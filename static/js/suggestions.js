/* Suggestions while the reader types: the editable combobox with list autocomplete of the WAI-ARIA Authoring Practices.
   The field is a plain search field without this; what is chosen opens, and Enter alone searches. */
const PAUSE = 120;
const SHORTEST = 2;
// One Chinese or Japanese character means as much as several letters.
const HAN = /\p{Script=Han}/u;

function element(name, attributes, ...content) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...content);
  return made;
}

function pieces(title) {
  return title.map(([text, typed]) => (typed ? element("mark", {}, text) : text));
}

function equip(input) {
  const { suggest, suggestLabel } = input.dataset;
  const listId = `${input.id}-suggestions`;
  const list = element("ul", { id: listId, role: "listbox", "aria-label": suggestLabel, class: "suggestions", hidden: "" });
  const said = element("p", { role: "status", class: "visually-hidden" });
  const kept = new Map();
  let active = -1;
  let timer;
  let request;
  let asked = "";

  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": listId,
  })) input.setAttribute(name, value);
  input.form.append(list, said);

  function choose(index) {
    active = index;
    [...list.children].forEach((option, order) => option.setAttribute("aria-selected", String(order === index)));
    if (index < 0) {
      input.removeAttribute("aria-activedescendant");
    } else {
      input.setAttribute("aria-activedescendant", list.children[index].id);
      list.children[index].scrollIntoView({ block: "nearest" });
    }
  }

  function close() {
    clearTimeout(timer);
    request?.abort();
    asked = "";
    choose(-1);
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    said.textContent = "";
  }

  function show({ said: sentence, items }) {
    choose(-1);
    list.replaceChildren(...items.map((item, order) => {
      const title = element("span", { class: "suggestions__title" }, ...pieces(item.title));
      if (item.lang) Object.assign(title, { lang: item.lang, dir: item.dir });
      const kind = element("span", { class: "suggestions__kind" }, item.kind);
      return element("li", {
        id: `${listId}-${order}`, role: "option", "aria-selected": "false", class: "suggestions__item", "data-url": item.url,
      }, title, " ", kind);
    }));
    list.hidden = !items.length;
    input.setAttribute("aria-expanded", String(items.length > 0));
    said.textContent = sentence;
  }

  async function ask(typed) {
    if (typed === asked) return;
    asked = typed;
    request?.abort();
    request = new AbortController();
    const { signal } = request;
    try {
      if (!kept.has(typed)) {
        const answer = await fetch(`${suggest}?q=${encodeURIComponent(typed)}`, { signal });
        if (!answer.ok) return;
        kept.set(typed, await answer.json());
      }
      if (!signal.aborted && document.activeElement === input) show(kept.get(typed));
    } catch {
      /* Aborted by the next letter, or offline: the field still searches. */
    }
  }

  function typedSomething(event) {
    // During composition with an input method the value of the field is incomplete.
    if (event.isComposing) return;
    const typed = input.value.trim();
    if (typed.length < SHORTEST && !HAN.test(typed)) {
      close();
      return;
    }
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE, typed);
  }

  input.addEventListener("input", typedSomething);
  input.addEventListener("compositionend", typedSomething);
  input.addEventListener("blur", close);
  input.form.addEventListener("submit", close);

  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const { length } = list.hidden ? [] : list.children;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const typed = input.value.trim();
      if (list.hidden && typed) ask(typed);
      if (length) {
        // One more position than options: the field itself, with no option active.
        const step = event.key === "ArrowDown" ? 1 : -1;
        choose((active + 1 + step + length + 1) % (length + 1) - 1);
      }
      event.preventDefault();
    } else if (event.key === "Escape" && length) {
      close();
      event.preventDefault();
      event.stopPropagation();
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      location.assign(list.children[active].dataset.url);
    } else if (active >= 0 && ["Home", "End", "ArrowLeft", "ArrowRight"].includes(event.key)) {
      choose(-1);
    }
  });

  // On pointerdown: a click would first take the focus from the field, which closes the list.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) location.assign(option.dataset.url);
  });
}

document.querySelectorAll("input[data-suggest]").forEach(equip);
