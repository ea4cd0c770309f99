/* Writing at the desk: saves while somebody types, keeps the text on this device while the line is down, counts words,
   adds rows. All of it is optional: each form works without. */
const form = document.querySelector("[data-section]");
const PAUSE = 1500; // milliseconds without typing until the form is saved
const status = form?.querySelector("[data-status]");
const { saved: savedWords, failed, signedOut, offer, restore, forget, key } = form?.dataset ?? {};
const place = `desk ${key}`;
const clock = new Intl.DateTimeFormat(document.documentElement.lang, {
  hour: "2-digit", minute: "2-digit", hourCycle: "h23", numberingSystem: "latn",
});
let timer;
let isSaving = false;
let isChanged = false;
let isSent = false;

/* Local storage may be full or forbidden. */
function kept() {
  try {
    return JSON.parse(localStorage.getItem(place));
  } catch {
    return null;
  }
}

function keep(fields) {
  try {
    if (fields) localStorage.setItem(place, JSON.stringify(fields));
    else localStorage.removeItem(place);
  } catch {
    /* Without storage the text is on the page only. */
  }
}

/* What the form sends, without the files: they are sent with a button. */
function fields() {
  return [...new FormData(form)].filter(([, value]) => typeof value === "string");
}

function tell(words, isFailure = false) {
  status.textContent = words;
  status.classList.toggle("saved--failed", isFailure);
}

function keepTexts() {
  keep(fields().filter(([name]) => !["csrfmiddlewaretoken", "shown", "form", "then"].includes(name)));
}

async function save() {
  if (isSaving || isSent) return;
  isSaving = true;
  isChanged = false;
  // An answer to a remark is sent by a button: it cannot be taken back.
  const body = new URLSearchParams(fields().filter(([name]) => !name.startsWith("reply-")));
  body.set("then", "stay");
  try {
    const response = await fetch(form.action, {
      method: "POST", body, headers: { Accept: "application/json" }, redirect: "error",
    });
    const answer = (response.headers.get("Content-Type") ?? "").includes("json") ? await response.json() : {};
    if (response.ok) showSaved(answer);
    else {
      keepTexts();
      tell(response.status === 403 ? signedOut : answer.problem ?? failed, true);
    }
  } catch {
    keepTexts();
    tell(failed, true);
  }
  isSaving = false;
  if (isChanged) later();
}

/* Digests that the answer leaves out belong to fields that others have changed: those keep what the form has shown. */
function showSaved({ at, shown, message, said }) {
  const input = form.elements.namedItem("shown");
  input.value = JSON.stringify({ ...JSON.parse(input.value), ...shown });
  if (!isChanged) keep(null);
  tell(message || savedWords.replace("{time}", clock.format(new Date(at))), Boolean(message));
  for (const element of form.querySelectorAll("[data-said]")) element.textContent = said[element.dataset.said] ?? "";
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(save, PAUSE);
}

/* Words: two Chinese characters count as one, as on the server. */
function count(input) {
  const line = document.getElementById(`${input.id}-words`);
  if (!line) return;
  const words = input.value.match(/[\u3400-\u9fff]{1,2}|[^\s\u3400-\u9fff]+/g) ?? [];
  line.textContent = line.textContent.replace(/\d+/, words.length);
  line.classList.toggle("count--over", words.length > 2 * Number(input.dataset.words));
}

/* Text that was typed while the line was down is offered, not put into the fields unasked. */
function offerKept() {
  const texts = kept();
  const shown = new Map(fields());
  const differs = texts?.some(([name, value]) => form.elements.namedItem(name) && shown.get(name) !== value);
  if (!differs) return;
  const notice = document.createElement("div");
  const words = document.createElement("p");
  const buttons = document.createElement("p");
  notice.className = "notice notice--warn";
  notice.setAttribute("role", "status");
  words.textContent = offer;
  buttons.className = "buttons";
  for (const [label, act] of [[restore, () => putBack(texts)], [forget, () => keep(null)]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--secondary button--small";
    button.textContent = label;
    button.addEventListener("click", () => {
      act();
      notice.remove();
    });
    buttons.append(button);
  }
  notice.append(words, buttons);
  form.prepend(notice);
}

function putBack(texts) {
  for (const box of form.querySelectorAll("[type=checkbox]")) {
    box.checked = texts.some(([name, value]) => name === box.name && value === box.value);
  }
  for (const [name, value] of texts) {
    const input = form.elements.namedItem(name);
    if (input && "value" in input && !["checkbox", "radio", "hidden"].includes(input.type)) input.value = value;
  }
  later();
}

/* Another row: a copy of the last one, empty, with a name that the server has not seen. */
function addRow(button) {
  const list = button.closest("section");
  const last = [...list.querySelectorAll("[data-row]")].findLast((row) => row.querySelector("textarea, [type=text]"));
  const old = last && /-(new[0-9a-z]+|[0-9a-f-]{36})-/.exec(last.querySelector("textarea, [type=text]").name)?.[1];
  if (!old) return false;
  const token = `new${crypto.getRandomValues(new Uint32Array(2)).join("")}`.slice(0, 30);
  const row = last.cloneNode(true);
  row.id = `row-${token}`;
  for (const element of row.querySelectorAll("*")) {
    for (const { name, value } of [...element.attributes]) {
      if (value.includes(old)) element.setAttribute(name, value.replaceAll(old, token));
    }
  }
  for (const part of row.querySelectorAll(".field__error, .field__read, .two-texts, [value^=remove], [value^=up]")) part.remove();
  for (const bad of row.querySelectorAll(".field--bad")) bad.classList.remove("field--bad");
  for (const input of row.querySelectorAll("textarea, [type=text]")) input.value = "";
  for (const choice of row.querySelectorAll("select")) choice.selectedIndex = 0;
  for (const box of row.querySelectorAll("[type=checkbox]")) box.checked = false;
  const legend = row.querySelector("legend");
  legend.textContent = legend.textContent.replace(/\d+/, (number) => Number(number) + 1);
  last.after(row);
  for (const input of row.querySelectorAll("[data-words]")) count(input);
  row.querySelector("textarea, [type=text]").focus();
  return true;
}

if (form) {
  form.addEventListener("input", ({ target }) => {
    isChanged = true;
    if (target.matches("[data-words]")) count(target);
    if (target.type !== "file" && !target.matches("[data-not-saved]")) later();
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add]");
    if (button && addRow(button)) event.preventDefault();
  });
  form.addEventListener("submit", () => {
    isSent = true;
    clearTimeout(timer);
    keepTexts(); // until the next page is there
  });
  /* Back from the next page: the browser may show this one as it was. */
  window.addEventListener("pageshow", () => { isSent = false; });
  window.addEventListener("online", () => isChanged || kept() ? save() : undefined);
  document.addEventListener("visibilitychange", () => document.hidden && isChanged && save());
  offerKept();
}
