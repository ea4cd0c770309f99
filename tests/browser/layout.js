/* Finds what is broken in the layout of the page, and swaps its texts for the longest and shortest that can occur.
   tests/browser/layout.py puts this into the page. `words` are those of layout.py's `words_of`, by language. */
() => {
  const HIDDEN = ".visually-hidden, [hidden], script, style, option, svg, .map text";
  const SCREEN = 1;

  function visible(element) {
    return element && element.checkVisibility({ visibilityProperty: true }) && !element.closest(HIDDEN);
  }

  function textNodes() {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (node.data.trim() && visible(node.parentElement)) found.push(node);
    }
    return found;
  }

  /* The boxes of the lines of a text, without those of collapsed spaces. */
  function lines(node, from = 0, to = node.length) {
    const range = document.createRange();
    range.setStart(node, from);
    range.setEnd(node, to);
    return [...range.getClientRects()].filter((box) => box.width > 0.5);
  }

  function rows(boxes) {
    const tops = [];
    for (const box of boxes) {
      if (!tops.some((top) => Math.abs(top - box.top) < box.height / 2)) tops.push(box.top);
    }
    return tops.length;
  }

  function where(node) {
    const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    const path = [];
    for (let part = element; part && part !== document.body && path.length < 3; part = part.parentElement) {
      path.unshift(part.localName + (part.className && part.getAttribute("class") ? `.${part.getAttribute("class").split(" ")[0]}` : ""));
    }
    return path.join(" > ");
  }

  /* Words with letters of one script; addresses and codes are no words. */
  function words(node) {
    const language = node.parentElement.closest("[lang]").lang;
    const found = [];
    if (/^(zh|ja|th)/.test(language) && !/^(\S+:\/)?\/\S+$/.test(node.data.trim())) {
      for (const part of new Intl.Segmenter(language, { granularity: "word" }).segment(node.data)) {
        if (part.isWordLike) found.push([part.index, part.index + part.segment.length]);
      }
      return found;
    }
    for (const token of node.data.matchAll(/[^\s\u00a0\u202f\u2009]+/g)) {
      if (/[@/_\\]|[\p{L}\p{N}]\.[\p{L}\p{N}]/u.test(token[0])) continue;
      for (const word of token[0].matchAll(/[\p{L}\p{M}\p{N}’'\u00ad]+/gu)) {
        found.push([token.index + word.index, token.index + word.index + word[0].length]);
      }
    }
    return found;
  }

  function blockOf(element) {
    let block = element;
    while (/^(inline|contents|ruby)/.test(getComputedStyle(block).display) && !/^inline-/.test(getComputedStyle(block).display)) block = block.parentElement;
    return block;
  }

  /* Whether a date stands on two lines of a block that has room for it on one. The place whose time it is may follow. */
  function brokenDate(node) {
    let block = blockOf(node.parentElement);
    while (getComputedStyle(block).display.startsWith("inline-")) block = blockOf(block.parentElement);
    const style = getComputedStyle(block);
    const room = block.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const bracket = node.data.search(/\s*[(（]/);
    const boxes = lines(node, 0, bracket < 0 ? node.length : bracket);
    return rows(boxes) > 1 && boxes.reduce((sum, box) => sum + box.width, 0) + parseFloat(style.fontSize) < room;
  }

  function measure() {
    const problems = new Set();
    const page = document.documentElement;
    const width = page.clientWidth;
    if (page.scrollWidth > width) problems.add(`sideways: ${page.scrollWidth - width} px`);
    const texts = [];
    for (const node of textNodes()) {
      const boxes = lines(node);
      if (!boxes.length) continue;
      const element = node.parentElement;
      const said = node.data.trim().slice(0, 40);
      const block = blockOf(element);
      const frame = block.getBoundingClientRect();
      for (const box of boxes) {
        if (box.left < -SCREEN || box.right > width + SCREEN) problems.add(`off screen: ${where(node)} “${said}”`);
        else if (box.right > frame.right + SCREEN || box.left < frame.left - SCREEN) problems.add(`sticks out: ${where(node)} “${said}”`);
        for (let around = element; around !== document.body; around = around.parentElement) {
          if (!/hidden|clip/.test(getComputedStyle(around).overflow)) continue;
          const edge = around.getBoundingClientRect();
          const middle = (box.top + box.bottom) / 2;
          const isCut = box.left < edge.left - SCREEN || box.right > edge.right + SCREEN;
          if (isCut || middle < edge.top + box.height / 4 || middle > edge.bottom - box.height / 4) problems.add(`cut: ${where(node)} “${said}”`);
        }
        const trim = box.height * 0.3;
        texts.push({ left: box.left + 1, right: box.right - 1, top: box.top + trim, bottom: box.bottom - trim, node, said });
      }
      if (rows(boxes) > 1 && element.closest("time, .facts, .timeline, .dates")) {
        for (const time of node.data.matchAll(/(?<=[^\s–-][\s\u00a0])\d{1,2}:\d\d/g)) {
          if (rows(lines(node, Math.max(0, time.index - 3), time.index + time[0].length)) > 1) problems.add(`time without its date: ${where(node)} “${said}”`);
        }
      }
      if (rows(boxes) > 1 && element.closest("time") && brokenDate(node)) problems.add(`broken date: ${where(node)} “${said}”`);
      if (rows(boxes) > 1) {
        for (const [from, to] of words(node)) {
          if (to - from > 1 && rows(lines(node, from, to)) > 1) problems.add(`broken word: ${where(node)} “${node.data.slice(from, to)}”`);
        }
      }
    }
    for (const mark of document.querySelectorAll("wbr")) {
      const [before, after] = [mark.previousSibling?.data ?? "", mark.nextSibling?.data ?? ""];
      if (/[\d:.,]$/.test(before) && /^\d/.test(after)) problems.add(`broken word: ${where(mark)} “${before.slice(-8)}|${after.slice(0, 8)}”`);
    }
    const solid = [];
    for (const element of document.querySelectorAll("img, input, select, textarea, button, .button, .tag, .chip, .swatch, .dial, .mark, .timeline__point, .map")) {
      if (!visible(element) && !(element.closest("svg, img") && element.checkVisibility())) continue;
      const box = element.getBoundingClientRect();
      if (!box.width || !box.height) continue;
      if (box.left < -SCREEN || box.right > width + SCREEN) {
        if (!element.matches(".map")) problems.add(`off screen: ${where(element)}`);
      }
      solid.push({ left: box.left + 1, right: box.right - 1, top: box.top + 1, bottom: box.bottom - 1, element });
    }
    texts.sort((one, other) => one.top - other.top);
    texts.forEach((one, place) => {
      for (let next = place + 1; next < texts.length && texts[next].top < one.bottom; next += 1) {
        const other = texts[next];
        if (other.node !== one.node && other.left < one.right && other.right > one.left) problems.add(`overlap: ${where(one.node)} “${one.said}” and ${where(other.node)} “${other.said}”`);
      }
      for (const box of solid) {
        if (box.element.contains(one.node)) continue;
        if (box.left < one.right && box.right > one.left && box.top < one.bottom && box.bottom > one.top) problems.add(`overlap: ${where(one.node)} “${one.said}” and ${where(box.element)}`);
      }
    });
    solid.forEach((one, place) => {
      for (const other of solid.slice(place + 1)) {
        if (one.element.contains(other.element) || other.element.contains(one.element)) continue;
        if (one.left < other.right && one.right > other.left && one.top < other.bottom && one.bottom > other.top) problems.add(`overlap: ${where(one.element)} and ${where(other.element)}`);
      }
    });
    return [...problems];
  }

  /* --- Other texts ------------------------------------------------------------------------------------------ */
  const main = document.querySelector("main");
  const before = main?.innerHTML;
  const canvas = document.createElement("canvas").getContext("2d");

  function restore() {
    if (main && main.innerHTML !== before) main.innerHTML = before;
  }

  function pick(candidates, size) {
    canvas.font = "16px sans-serif";
    const sorted = [...candidates].sort((one, other) => canvas.measureText(one).width - canvas.measureText(other).width);
    return size === "longest" ? sorted.at(-1) : sorted[0];
  }

  function anyOf(names) {
    const sorted = [...names].sort((one, other) => other.length - one.length);
    const letters = sorted.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(`(?<![\\p{L}\\p{M}])(?:${letters.join("|")})(?![\\p{L}\\p{M}])`, "gu");
  }

  /* Replace the names of months and weekdays, and the days and counts beside them. */
  function otherDates(text, own, size, isDate) {
    let changed = text;
    for (const names of own.dates) changed = changed.replace(anyOf(names), () => pick(names, size));
    if (changed === text && !isDate) return text;
    return changed.replace(/(?<![\d:.,])\d{1,2}(?:er)?(?![\d:.,月])/g, size === "longest" ? "28" : "1");
  }

  function ownWords(words, element) {
    return words[element.closest("[lang]").lang] ?? words[document.documentElement.lang];
  }

  function swap(words, size) {
    restore();
    // Without the ends of Chinese words that portal.js has marked. It marks them again in what is put in.
    main.querySelectorAll("wbr").forEach((mark) => mark.remove());
    main.normalize();
    for (const node of textNodes()) {
      const own = ownWords(words, node.parentElement);
      const element = node.parentElement;
      if (!main.contains(node)) continue;
      if (element.matches(".tag, .tag span")) node.data = pick(own.tags, size);
      else if (element.matches(".title-link, .title-link bdi, h1.title, h1") && element.childNodes.length === 1) node.data = pick(own.titles, size);
      else if (element.matches(".card__place bdi")) node.data = pick(own.places, size);
      else if (element.matches(".columns--grouped h3, .city-head .lede > bdi:first-child, .item > .meta > bdi:first-child")) node.data = pick(own.states, size);
      else if (element.matches(".city-head__name bdi, .columns > li bdi, .edition bdi")) node.data = pick(own.cities, size);
      else if (element.matches(".figures__number, .option__count, .num, .result__number")) node.data = node.data.replace(/\d[\d.,\s\u00a0\u202f]*/g, (number) => (size === "longest" ? own.number : "1") + (/\s$/.test(number) ? " " : ""));
      else node.data = otherDates(node.data, own, size, !!element.closest("time, .event__day"));
    }
    main.append(...main.childNodes);
  }

  function openAll() {
    for (const fold of document.querySelectorAll("main details")) fold.open = true;
    if (document.getElementById("filters")) location.hash = "#filters";
  }

  window.layout = { measure, swap, restore, openAll, text: (percent) => { document.documentElement.style.fontSize = `${percent}%`; } };
}
