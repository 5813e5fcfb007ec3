"use strict";
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

  // Storage is refused for some file: pages; the page must work all the same.
  const remember = (key, value) => { try { localStorage.setItem("scimspec-" + key, value); } catch {} };
  const recall = (key) => { try { return localStorage.getItem("scimspec-" + key); } catch { return null; } };

  $$(".tools, .search").forEach((part) => { part.hidden = false; });

  // Colours
  const setTheme = (theme) => {
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    const input = $(`input[name=theme][value="${theme}"]`);
    if (input) input.checked = true;
  };
  const known = recall("theme");
  if (known === "light" || known === "dark") setTheme(known);
  $(".theme").addEventListener("change", (event) => {
    setTheme(event.target.value);
    remember("theme", event.target.value);
  });

  // Evidence of passed cases
  const islands = new Map();
  const unpack = (number) => {
    if (!islands.has(number)) islands.set(number, (async () => {
      const bytes = Uint8Array.from(atob($("#island-" + number).textContent), (c) => c.charCodeAt(0));
      const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
      return JSON.parse(await new Response(stream).text());
    })());
    return islands.get(number);
  };
  const fill = async (details) => {
    const { packed, above } = details.dataset;
    const inside = $(".inside", details);
    if (packed) {
      delete details.dataset.packed;
      const [island, index] = packed.split(":").map(Number);
      try {
        if (typeof DecompressionStream === "undefined") throw new Error("no DecompressionStream");
        inside.innerHTML = (await unpack(island))[index];
      } catch {
        inside.textContent = "This browser cannot unpack the evidence; report.json holds it.";
      }
    } else if (above) {
      delete details.dataset.above;
      inside.replaceChildren(...[...$("#evidence-" + above).childNodes].map((node) => node.cloneNode(true)));
    }
    enhance(inside);
    showMarks(inside);
  };

  // Copy buttons
  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
  };
  const enhance = (root) => {
    $$(".command", root).forEach((command) => {
      if ($("button", command)) return;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "copy";
      button.textContent = "Copy";
      command.append(button);
    });
  };
  // The marked place of a long body is scrolled into view within its box. Only for what is open: it needs the layout.
  const showMarks = (root) => $$(".exchange[open] pre", root).forEach((pre) => {
    const mark = $("mark, del", pre);
    if (mark) pre.scrollTop += mark.getBoundingClientRect().top - pre.getBoundingClientRect().top - pre.clientHeight / 3;
  });
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button.copy");
    if (!button) return;
    await copy($("code", button.parentElement).textContent);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
  enhance(document);
  $$("details.cause[open]").forEach(showMarks);

  // Search
  const query = $("#query");
  const found = $(".found");
  const rows = $$(".rows > li").map((item) => ({
    item,
    details: $("details", item),
    text: $(".what", item).textContent.toLowerCase(),
    o: [item.dataset.o],
    l: item.dataset.l.split(" "),
    s: item.dataset.s.split(" "),
    tag: item.dataset.t.toLowerCase().split(" "),
    p: [item.dataset.p],
    tier: [item.dataset.tier],
  }));
  const list = $(".rows");
  let shown = rows;
  const parse = (text) => [...text.matchAll(/(-?)(?:(o|l|s|tag|p|tier):)?(?:"([^"]*)"|(\S+))/g)]
    .map(([, not, key, phrase, word]) => ({ not: not === "-", key, words: (phrase ?? word).toLowerCase() }));
  const matches = (row, { key, words }) => {
    if (!key) return row.text.includes(words);
    return words.split(",").filter(Boolean).some((wanted) => row[key].some((value) =>
      value === wanted || (key === "s" && value.startsWith(wanted + (wanted.includes("/") ? "." : "/")))));
  };
  const filter = () => {
    const terms = parse(query.value);
    shown = rows.filter((row) => terms.every((term) => matches(row, term) !== term.not));
    const kept = new Set(shown);
    rows.forEach((row) => { if (row.item.hidden === kept.has(row)) row.item.hidden = !kept.has(row); });
    list.hidden = shown.length === 0;
    found.textContent = terms.length ? `${shown.length} of ${rows.length} cases` : `${rows.length} cases`;
  };
  const search = (text, keepHash) => {
    query.value = text;
    filter();
    if (!keepHash) history.replaceState(null, "", text ? "#q=" + encodeURIComponent(text) : "#cases");
  };
  let timer;
  query.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => search(query.value), 60);
  });
  $(".search").addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-query]");
    if (!link) return;
    event.preventDefault();
    search(link.dataset.query);
    $("#cases").scrollIntoView();
  });

  // Opening by address: #case-…, #cause-…, #q=…
  const reveal = (target) => {
    if (target.hidden) search("", true);
    for (let node = target; node; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true;
    const own = target.matches(".rows > li") && $("details", target);
    if (own) own.open = true;
    target.scrollIntoView();
  };
  const go = () => {
    let hash;
    try { hash = decodeURIComponent(location.hash.slice(1)); } catch { return; }
    if (hash.startsWith("q=")) {
      search(hash.slice(2), true);
      $("#cases").scrollIntoView();
      return;
    }
    const target = hash && document.getElementById(hash);
    if (target) reveal(target);
    else if (hash.startsWith("case-")) found.textContent = "There is no case " + hash.slice(5) + " in this report.";
  };
  document.addEventListener("toggle", (event) => {
    if (!event.target.open) return;
    if (event.target.parentElement?.matches(".rows > li")) fill(event.target);
    else showMarks(event.target.parentElement);
  }, true);
  addEventListener("hashchange", go);

  // Keys
  const help = $(".help");
  const keysOn = $("#keys-on");
  keysOn.checked = recall("keys") !== "off";
  keysOn.addEventListener("change", () => remember("keys", keysOn.checked ? "on" : "off"));
  $(".help-button").addEventListener("click", () => help.showModal());
  let current = null;
  const focus = (details) => {
    if (!details) return;
    current = details;
    $("summary", details).focus({ preventScroll: true });
    details.scrollIntoView({ block: "nearest" });
  };
  const step = (list, by) => {
    const at = list.indexOf(current);
    focus(list[at < 0 ? (by > 0 ? 0 : list.length - 1) : Math.min(Math.max(at + by, 0), list.length - 1)]);
  };
  const causes = $$("details.cause.fail");
  const keys = {
    "/": () => { query.focus(); query.select(); },
    j: () => step(shown.map((row) => row.details), 1),
    k: () => step(shown.map((row) => row.details), -1),
    n: () => { step(causes, 1); if (current) { current.open = true; current.scrollIntoView(); } },
    p: () => { step(causes, -1); if (current) { current.open = true; current.scrollIntoView(); } },
    o: () => { if (current) current.open = !current.open; },
    c: () => { if (current) $(".exchange[open] .copy, .copy", current)?.click(); },
    "?": () => help.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (!keysOn.checked || event.ctrlKey || event.metaKey || event.altKey || help.open) return;
    if (event.target.closest("input, textarea, select")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const action = Object.hasOwn(keys, event.key) && keys[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
  document.addEventListener("focusin", (event) => {
    const details = event.target.closest("details.cause, .rows > li > details");
    if (details) current = details;
  });

  // Print: what is broken is opened, and closed again afterwards.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = $$("details.cause:not([open])");
    opened.forEach((details) => { details.open = true; });
  });
  addEventListener("afterprint", () => opened.forEach((details) => { details.open = false; }));

  filter();
  if (location.hash.length > 1) go();
})();
