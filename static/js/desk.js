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
let onServer = {}; // the texts of each field that the page has shown or the server has saved
let offered = null; // texts of an earlier visit, until somebody says what to do with them

/* Local storage may be full or forbidden. */
function kept() {
  try {
    return JSON.parse(localStorage.getItem(place));
  } catch {
    return null;
  }
}

function keep(texts) {
  try {
    if (texts && Object.keys(texts).length) localStorage.setItem(place, JSON.stringify(texts));
    else localStorage.removeItem(place);
  } catch {
    /* Without storage the text is on the page only. */
  }
}

/* What the form sends, without the files: they are sent with a button. */
function fields() {
  return [...new FormData(form)].filter(([, value]) => typeof value === "string");
}

/* The same by name: several boxes have one name, and a box that is not ticked is not sent. */
function texts() {
  const byName = {};
  for (const [name, value] of fields()) {
    if (!["csrfmiddlewaretoken", "shown", "form", "then"].includes(name)) (byName[name] ??= []).push(value);
  }
  return byName;
}

function isSame(some = [], others = []) {
  return some.join("\0") === others.join("\0");
}

function tell(words, isFailure = false) {
  status.textContent = words;
  status.classList.toggle("saved--failed", isFailure);
}

/* Only what the server does not have: other fields may have changed there when this text is put back. */
function keepTexts() {
  const now = texts();
  const names = Object.keys({ ...onServer, ...now }).filter((name) => !isSame(now[name], onServer[name]));
  keep({ ...offered, ...Object.fromEntries(names.map((name) => [name, now[name] ?? []])) });
}

async function save() {
  if (isSaving || isSent) return;
  isSaving = true;
  isChanged = false;
  const sent = texts();
  // An answer to a remark is sent by a button: it cannot be taken back.
  const body = new URLSearchParams(fields().filter(([name]) => !name.startsWith("reply-")));
  body.set("then", "stay");
  try {
    const response = await fetch(form.action, {
      method: "POST", body, headers: { Accept: "application/json" }, redirect: "error",
    });
    const answer = (response.headers.get("Content-Type") ?? "").includes("json") ? await response.json() : {};
    if (response.ok) {
      onServer = sent;
      showSaved(answer);
    } else {
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
  if (!isChanged) keep(offered);
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
  const old = kept() ?? {};
  if (!Object.entries(old).some(isMissing)) return;
  offered = old;
  const notice = document.createElement("div");
  const words = document.createElement("p");
  const buttons = document.createElement("p");
  notice.className = "notice notice--warn";
  notice.setAttribute("role", "status");
  words.textContent = offer;
  buttons.className = "buttons";
  for (const [label, act] of [[restore, putBack], [forget, () => keep(null)]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--secondary button--small";
    button.textContent = label;
    button.addEventListener("click", () => {
      act(offered);
      offered = null;
      notice.remove();
    });
    buttons.append(button);
  }
  notice.append(words, buttons);
  form.prepend(notice);
}

function putBack(old) {
  for (const [name, values] of Object.entries(old).filter(isMissing)) {
    if (!fieldsOf(name).length) addRow(...rowOf(name));
    for (const input of fieldsOf(name)) {
      if (["checkbox", "radio"].includes(input.type)) input.checked = values.includes(input.value);
      else if (input.type !== "hidden") input.value = values[0] ?? "";
    }
  }
  isChanged = true;
  later();
}

/* The server gives a row another name when it saves it: a row is missing if no row has its text. */
function isMissing([name, values]) {
  if (fieldsOf(name).length) return !isSame(values, texts()[name]);
  if (!rowOf(name)) return false;
  const [relation, , column] = name.split("-");
  const present = [...form.elements].filter((element) => element.name.startsWith(`${relation}-`) && element.name.endsWith(`-${column}`));
  return values.some((value) => value && !present.some((element) => element.value === value));
}

function fieldsOf(name) {
  return [...form.elements].filter((element) => element.name === name);
}

/* The button that adds a row, and the token of the row that a field of this name was in; undefined for other names. */
function rowOf(name) {
  const [, relation, token] = /^([a-z]+)-(new[0-9a-z]+)-(?!row$)/.exec(name) ?? [];
  const button = relation && form.querySelector(`[data-add="${relation}"]`);
  return button ? [button, token] : undefined;
}

/* Another row: a copy of the last one, empty, with a name that the server has not seen. */
function addRow(button, token = `new${crypto.getRandomValues(new Uint32Array(2)).join("")}`.slice(0, 30)) {
  const list = button.closest("section");
  const last = [...list.querySelectorAll("[data-row]")].findLast((row) => row.querySelector("textarea, [type=text]"));
  const old = last && /-(new[0-9a-z]+|[0-9a-f-]{36})-/.exec(last.querySelector("textarea, [type=text]").name)?.[1];
  if (!old) return false;
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
    if (status.classList.contains("saved--failed")) keepTexts();
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
  onServer = texts();
  offerKept();
}
