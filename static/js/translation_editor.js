/* Admin: the translation editor saves strings without loading the page again, and goes from open string to open string.
   Without this script each string is saved by its own button. */
const editor = document.querySelector("[data-translation-editor]");
const forms = [...editor.querySelectorAll("form[data-string], form[data-value]")];
const strings = forms.filter((form) => form.matches("[data-string]"));
const message = editor.querySelector("[data-save-message]");
const saveAll = editor.querySelector("[data-save-all]");
const nextOpen = editor.querySelector("[data-next-open]");

const fieldOf = (form) => form.querySelector("textarea, input[type=text], input[name=value]");
const isChanged = (form) => {
  const field = fieldOf(form);
  return Boolean(field) && field.value !== (form.dataset.saved ?? field.defaultValue);
};
const isOpen = (form) => form.dataset.state !== "done";

function showChanges() {
  for (const form of forms) form.toggleAttribute("data-changed", isChanged(form));
  saveAll.hidden = !forms.some(isChanged);
}

function oneLine(field) {
  if (!/[\r\n]/.test(field.value)) return;
  const before = field.value.slice(0, field.selectionEnd).replace(/\s*[\r\n]+\s*/g, " ").length;
  field.value = field.value.replace(/\s*[\r\n]+\s*/g, " ");
  field.setSelectionRange(before, before);
}

/* The next form after `form`, from the beginning again after the last. */
function following(form, candidates, step = 1) {
  const order = step > 0 ? forms : [...forms].reverse();
  const start = order.indexOf(form);
  const around = [...order.slice(start + 1), ...order.slice(0, start + 1)];
  return around.find((candidate) => candidates.includes(candidate));
}

function goTo(form) {
  const field = form && fieldOf(form);
  if (field) {
    form.scrollIntoView({ block: "center" });
    field.focus({ preventScroll: true });
  } else {
    const foot = document.getElementById("translation-actions");
    foot.scrollIntoView({ block: "center" });
    foot.focus({ preventScroll: true });
  }
}

const goToOpen = (form, step = 1) => goTo(following(form, strings.filter(isOpen), step));

function showSaved(form, answer) {
  const field = fieldOf(form);
  form.dataset.state = answer.state;
  form.querySelector("[data-state-label]").textContent = answer.label;
  const error = form.querySelector("[data-error]");
  error.textContent = answer.error;
  field.toggleAttribute("aria-invalid", false);
  if (answer.error) field.setAttribute("aria-invalid", "true");
  const revert = form.querySelector("[data-revert]");
  if (revert) revert.hidden = answer.state === "original";
  editor.querySelector("[data-open-count]").textContent = answer.open;
  editor.querySelector("[data-actions]").innerHTML = answer.actions;
  if (nextOpen) nextOpen.hidden = !strings.some(isOpen);
}

/* Saves one form; resolves to whether it is saved. What was typed since it was sent stays. */
async function save(form, submitter) {
  const field = fieldOf(form);
  const sent = field.value;
  const data = new FormData(form, submitter);
  form.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(form.action, { method: "POST", body: data, headers: { Accept: "application/json" } });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.error);
    form.dataset.saved = sent;
    if ("text" in answer && field.value === sent) {
      field.value = answer.text;
      form.dataset.saved = answer.text;
    }
    showSaved(form, answer);
    message.textContent = answer.error || editor.dataset.savedText;
    return true;
  } catch (error) {
    message.textContent = `${editor.dataset.failedText} ${error instanceof TypeError ? "" : error.message}`;
    return false;
  } finally {
    form.removeAttribute("aria-busy");
    showChanges();
  }
}

editor.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!forms.includes(form)) return;
  event.preventDefault();
  const isRevert = event.submitter?.matches("[data-revert]");
  // The value of the original, a picture perhaps, is on the page that comes next.
  if ((await save(form, event.submitter)) && isRevert) window.location.reload();
});

editor.addEventListener("input", (event) => {
  if (event.target.matches("[data-one-line]")) oneLine(event.target);
  showChanges();
});
editor.addEventListener("change", showChanges);

editor.addEventListener("click", (event) => {
  const form = event.target.closest("form");
  if (event.target.matches("[data-take-before]")) {
    const field = fieldOf(form);
    field.value = form.querySelector("[data-before]").textContent;
    showChanges();
    field.focus();
  } else if (event.target.matches("[data-next-open]")) {
    event.preventDefault();
    goToOpen(lastForm);
  } else if (event.target.matches("[data-save-all]")) {
    saveChanges();
  }
});

async function saveChanges() {
  for (const form of forms.filter(isChanged)) if (!(await save(form))) return;
}

let lastForm = null;
editor.addEventListener("focusin", (event) => {
  const form = event.target.closest("form");
  if (forms.includes(form)) lastForm = form;
});

document.addEventListener("keydown", async (event) => {
  if (event.isComposing) return;
  const form = forms.find((candidate) => candidate.contains(event.target));
  if (event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    goToOpen(form ?? lastForm, event.key === "ArrowDown" ? 1 : -1);
  } else if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    if ((await save(form)) && form.dataset.state !== "error") goToOpen(form);
  } else if (form && event.key === "Enter" && event.target.matches("[data-one-line], input[type=text]")) {
    event.preventDefault();
    goTo(following(form, forms));
  }
});

window.addEventListener("beforeunload", (event) => {
  if (forms.some(isChanged)) event.preventDefault();
});

for (const part of editor.querySelectorAll("[data-take-before], [data-keys]")) part.hidden = false;
if (nextOpen) showChanges();
