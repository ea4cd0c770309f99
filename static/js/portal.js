/* Optional additions to pages that work without JavaScript: menus that close, local times, a choice of colours. */
const page = document.documentElement;
// The same format as on the server: Gregorian with Western digits in every language, English with the day first,
// Portuguese as in Portugal.
const regional = { en: "en-GB", pt: "pt-PT" };
const language = `${regional[page.lang] ?? page.lang}-u-ca-gregory-nu-latn`;

/* Menus: Escape and a click elsewhere close them; opening one closes the other. */
const menus = [...document.querySelectorAll("[data-menu]")];

function closeMenus(except) {
  for (const menu of menus) {
    if (menu !== except) menu.open = false;
  }
}

for (const menu of menus) {
  menu.addEventListener("toggle", () => menu.open && closeMenus(menu));
}

document.addEventListener("click", (event) => {
  closeMenus(menus.find((menu) => menu.contains(event.target)));
});

/* Escape closes what was opened last around the focus: a list that unfolds, the filters of a phone, or else a menu.
   The focus goes back to where it was opened. */
function closeAround(focused) {
  const unfolded = focused.closest("details[open]") ?? menus.find((menu) => menu.open);
  if (unfolded) {
    unfolded.open = false;
    unfolded.querySelector("summary").focus();
    return;
  }
  const panel = document.querySelector(":target");
  const close = panel?.querySelector("[data-close-panel]");
  // The link that opened the panel is hidden now: the focus is nowhere until the next Tab.
  if (close?.checkVisibility() && (panel.contains(focused) || focused === document.body)) {
    close.click();
    panel.querySelector("[data-open-panel]").focus();
  }
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeAround(event.target);
});

/* Add the time in the reader's zone beside the times from the server; nothing is replaced. */
const day = { weekday: "short", day: "numeric", month: "long" };
const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

function format(options, instant) {
  return new Intl.DateTimeFormat(language, options).format(instant);
}

function zoneName(instant) {
  const parts = new Intl.DateTimeFormat("en", { timeZoneName: "shortOffset" }).formatToParts(instant);
  return parts.find((part) => part.type === "timeZoneName").value.replace("GMT", "UTC").replace("-", "\u2212");
}

/* From start to end, if there is one; with the day, if it is not `onDay` (ISO), which stands beside it. */
function span(start, end, onDay, comma, range) {
  const date = (instant) => new Intl.DateTimeFormat("sv").format(instant);
  const moment = (instant) => `${format(day, instant)}${comma}${format(clock, instant)}`;
  // An end at midnight belongs to the day before.
  const last = end && new Date(end.getTime() - 1);
  if (last && date(last) !== date(start)) return range.replace("{start}", moment(start)).replace("{end}", moment(end));
  const time = end ? `${format(clock, start)}\u2013${format(clock, end)}` : format(clock, start);
  return date(start) === onDay ? time : `${format(day, start)}${comma}${time}`;
}

function showYourTime(element) {
  const { yourTime, until, text, onDay, comma, range } = element.dataset;
  const start = new Date(yourTime);
  const shown = span(start, until ? new Date(until) : undefined, onDay, comma, range);
  const [label, value] = element.children;
  if (value) {
    label.textContent = text.replace("{zone}", zoneName(start));
    value.textContent = shown;
  } else {
    element.textContent = text.replace("{time}", shown);
  }
  element.hidden = false;
}

if (!document.querySelector("[data-chosen-zone]")) {
  document.querySelectorAll("[data-your-time]").forEach(showYourTime);
  document.querySelectorAll("[data-zone-menu]").forEach((menu) => { menu.hidden = true; });
}

/* Colours: like the device, light or dark. The media attribute of the dark style sheet decides. */
const dark = document.querySelector("link[data-dark]");
const choice = document.querySelector("[data-theme-choice]");
const media = { light: "not all", dark: "screen", "": dark?.media };

function setTheme(theme) {
  if (theme) page.dataset.theme = theme;
  else delete page.dataset.theme;
  dark.media = media[theme];
}

function keptTheme() {
  try {
    return localStorage.getItem("theme") ?? "";
  } catch {
    return "";
  }
}

if (dark && choice) {
  const theme = keptTheme() in media ? keptTheme() : "";
  setTheme(theme);
  choice.querySelector(`[value="${theme}"]`).checked = true;
  choice.hidden = false;
  choice.addEventListener("change", (event) => {
    setTheme(event.target.value);
    try {
      localStorage.setItem("theme", event.target.value);
    } catch {
      /* Without storage the choice applies to this page only. */
    }
  });
}

/* A form with errors: move the focus to their summary. */
document.querySelector("[data-focus]")?.focus();

/* The date at the bottom of a printed page is the date of printing. */
for (const element of document.querySelectorAll("[data-print-date]")) {
  element.textContent = format({ day: "numeric", month: "long", year: "numeric" }, new Date());
}

/* What is folded is printed, too. */
const opened = [];

window.addEventListener("beforeprint", () => {
  for (const fold of document.querySelectorAll("main details:not([open])")) {
    fold.open = true;
    opened.push(fold);
  }
});

window.addEventListener("afterprint", () => {
  for (const fold of opened.splice(0)) fold.open = false;
});

/* Chinese is written without spaces, and lines break anywhere. Mark where its words end, so that lines break there. */
const HAN = /\p{Script=Han}{2}|\d\p{Script=Han}/u;
const NOT_TEXT = "script, style, option, textarea, svg, [contenteditable]";
// A line may end here, and not after a number, a no-break space or an opening bracket.
const END_OF_WORD = /[\p{L}\p{Pe}\p{Pf}，。；：、！？…]$/u;
const OPENING = /[\p{Ps}\p{Pi}]$|^第$/u;
// What the segmenter takes for a word and belongs to the one before it: 学习型, 市级.
const SUFFIX = /^[型性化者级们率式]$/u;

function chineseWords(text, segmenter) {
  const words = [];
  for (const { segment, isWordLike } of segmenter.segment(text)) {
    const last = words.at(-1) ?? "";
    const isStart = (isWordLike && !SUFFIX.test(segment)) || OPENING.test(segment);
    if (isStart && END_OF_WORD.test(last) && !OPENING.test(last)) words.push(segment);
    else words[Math.max(0, words.length - 1)] = last + segment;
  }
  return words;
}

function markWords(text, segmenter) {
  const parent = text.parentElement;
  if (!parent || !HAN.test(text.data) || !parent.matches(":lang(zh)") || parent.closest(NOT_TEXT)) return;
  const words = chineseWords(text.data, segmenter);
  const marked = document.createDocumentFragment();
  words.forEach((word, place) => marked.append(...(place ? [document.createElement("wbr"), word] : [word])));
  text.replaceWith(marked);
  parent.classList.add("whole-words");
}

function markAllWords(root, segmenter) {
  const texts = root.nodeType === Node.TEXT_NODE ? [root] : [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) texts.push(walker.currentNode);
  texts.forEach((text) => markWords(text, segmenter));
}

if (Intl.Segmenter && document.querySelector(":lang(zh)")) {
  const segmenter = new Intl.Segmenter("zh", { granularity: "word" });
  markAllWords(document.body, segmenter);
  const changes = new MutationObserver((records) => {
    for (const { addedNodes } of records) addedNodes.forEach((node) => node.isConnected && markAllWords(node, segmenter));
    changes.takeRecords();
  });
  changes.observe(document.body, { childList: true, subtree: true });
}
