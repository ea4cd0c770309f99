/* Below every page: copy a citation or the link, and the share sheet of the system where there is one. */
const said = document.querySelector("[data-copied]");

/* The clipboard exists only on https; elsewhere the selected text is copied. */
async function copy(text, element) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  getSelection().selectAllChildren(element);
  document.execCommand("copy");
}

for (const button of document.querySelectorAll("[data-copy]")) {
  const source = button.closest(".copied").querySelector("[data-copy-text]");
  const label = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await copy(source.textContent.trim(), source);
    } catch {
      getSelection().selectAllChildren(source);
      return;
    }
    button.textContent = said.textContent = said.dataset.copied;
    setTimeout(() => {
      button.textContent = label;
      said.textContent = "";
    }, 3000);
  });
}

for (const button of document.querySelectorAll("[data-share]")) {
  if (!navigator.share) break;
  button.hidden = false;
  button.addEventListener("click", () =>
    navigator.share({ title: button.dataset.title, url: button.dataset.share }).catch(() => {}),
  );
}
