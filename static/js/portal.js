/* What a script adds to pages that work without it: menus that close, the reader's own time, a choice of colours. */
const page = document.documentElement;
// As the server writes dates: Gregorian with Western digits in every language, English with the day before the month.
const language = `${page.lang === "en" ? "en-GB" : page.lang}-u-ca-gregory-nu-latn`;

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

document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && menus.find((menu) => menu.open);
  if (open) {
    open.open = false;
    open.querySelector("summary").focus();
  }
});

/* The reader's own time beside the times that the server wrote; nothing is replaced. */
const day = { weekday: "short", day: "numeric", month: "long" };
const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

function format(options, start, end) {
  const formatter = new Intl.DateTimeFormat(language, options);
  return end ? formatter.formatRange(start, end) : formatter.format(start);
}

function zoneName(instant) {
  const parts = new Intl.DateTimeFormat("en", { timeZoneName: "shortOffset" }).formatToParts(instant);
  return parts.find((part) => part.type === "timeZoneName").value.replace("GMT", "UTC").replace("-", "\u2212");
}

function showYourTime(element) {
  const { yourTime, until, text, onDay } = element.dataset;
  const start = new Date(yourTime);
  const end = until ? new Date(until) : undefined;
  const [label, value] = element.children;
  if (value) {
    label.textContent = text.replace("{zone}", zoneName(start));
    value.textContent = `${format(day, start)}${element.dataset.comma}${format(clock, start)}`;
  } else {
    const sameDay = new Intl.DateTimeFormat("sv").format(start) === onDay;
    const time = format(clock, start, end);
    element.textContent = text.replace("{time}", sameDay ? time : `${format(day, start)}${element.dataset.comma}${time}`);
  }
  element.hidden = false;
}

if (!document.querySelector("[data-chosen-zone]")) {
  document.querySelectorAll("[data-your-time]").forEach(showYourTime);
  document.querySelectorAll("[data-zone-menu]").forEach((menu) => { menu.hidden = true; });
}

/* Colours: like the device, light or dark. The dark sheet's medium says when it counts. */
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
      /* A browser that keeps nothing still shows the choice on this page. */
    }
  });
}

/* A form that came back with mistakes: read what they are first. */
document.querySelector("[data-focus]")?.focus();

/* The date at the foot of a printed page is that of the printing. */
for (const element of document.querySelectorAll("[data-print-date]")) {
  element.textContent = format({ day: "numeric", month: "long", year: "numeric" }, new Date());
}
