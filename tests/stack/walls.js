/* What can be seen of a page without eyes. Each function answers sentences about what is wrong. */
window.kehrWalls = (() => {
  "use strict";
  const all = (css, within = document) => [...within.querySelectorAll(css)];
  const style = (element) => getComputedStyle(element);

  function named(element) {
    const id = element.id ? `#${element.id}` : "";
    const classes = typeof element.className === "string" && element.className ? `.${element.className.trim().split(/\s+/).join(".")}` : "";
    const words = (element.innerText || element.value || element.getAttribute("aria-label") || "").trim().replace(/\s+/g, " ");
    return `<${element.localName}${id}${classes}> »${words.slice(0, 50)}«`;
  }

  const shown = (element) =>
    element.checkVisibility({opacityProperty: true, visibilityProperty: true}) &&
    [...element.getClientRects()].some((box) => box.width > 0 && box.height > 0);

  /* Words for screen readers only are cut on purpose. */
  function unseen(element) {
    if (element.closest(".skip")) return true;
    for (let one = element; one; one = one.parentElement) {
      if (/inset\(50%/.test(style(one).clipPath) || /rect\(0/.test(style(one).clip)) return true;
    }
    return false;
  }

  function texts() {
    const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode, parent = node.parentElement;
      if (node.data.trim() && parent && !parent.closest("script, style, noscript, svg, option, textarea") && shown(parent)) found.push(node);
    }
    return found;
  }

  function boxes(node) {
    const range = document.createRange();
    range.selectNodeContents(node);
    return [...range.getClientRects()].filter((box) => box.width > 1 && box.height > 1);
  }

  function scrolls(element, axis) {
    for (let one = element; one && one !== document.documentElement; one = one.parentElement) {
      if (/auto|scroll/.test(style(one)[`overflow${axis}`])) return true;
    }
    return false;
  }

  function sticksOut(node, parent) {
    const words = boxes(node), right = Math.max(...words.map((box) => box.right)), left = Math.min(...words.map((box) => box.left));
    for (let one = parent; one && one !== document.body; one = one.parentElement) {
      const looks = style(one);
      if (/absolute|fixed/.test(looks.position) || /auto|scroll/.test(looks.overflowX)) return [];
      if (/^(inline|contents)$/.test(looks.display) || one.matches("fieldset, legend")) continue;
      const frame = one.getBoundingClientRect();
      if (right > frame.right + 2 || left < frame.left - 2) return [`${named(parent)} sticks out of ${named(one)}`];
    }
    return [];
  }

  function cut() {
    const wrong = [], width = document.documentElement.clientWidth;
    for (const element of all("body *")) {
      if (element.closest("svg") || /^(input|select|textarea|option)$/.test(element.localName)) continue;
      const looks = style(element);
      if (/auto|scroll/.test(looks.overflowX) && element.clientWidth && element.scrollWidth > element.clientWidth + 1) {
        wrong.push(`${named(element)} must be pushed sideways: ${element.scrollWidth - element.clientWidth} pixels`);
      }
      if (!/hidden|clip/.test(looks.overflowX + looks.overflowY) || !shown(element) || unseen(element) || !element.innerText.trim()) continue;
      const wide = element.scrollWidth - element.clientWidth, high = element.scrollHeight - element.clientHeight;
      const told = looks.textOverflow === "ellipsis" && element.closest("[title], [aria-label]");
      /* The first lines of what one click shows whole. */
      if (looks.webkitLineClamp !== "none") continue;
      if (/hidden|clip/.test(looks.overflowX) && wide > 1 && !told) wrong.push(`${named(element)} is cut: ${wide} pixels are missing at its side`);
      if (/hidden|clip/.test(looks.overflowY) && high > 2) wrong.push(`${named(element)} is cut: ${high} pixels are missing below`);
    }
    for (const node of texts()) {
      const parent = node.parentElement;
      if (unseen(parent)) continue;
      wrong.push(...sticksOut(node, parent));
      const out = boxes(node).some((box) => box.right > width + 1 || box.left < -1);
      if (out && !scrolls(parent, "X")) wrong.push(`${named(parent)} reaches out of the window`);
    }
    return wrong;
  }

  /* What of a box can be seen: those who cut or scroll around it take their part away. */
  function seen(box, element) {
    let {left, right, top, bottom} = box;
    for (let one = element; one && one !== document.body; one = one.parentElement) {
      if (style(one).overflow === "visible") continue;
      const frame = one.getBoundingClientRect();
      [left, right] = [Math.max(left, frame.left), Math.min(right, frame.right)];
      [top, bottom] = [Math.max(top, frame.top), Math.min(bottom, frame.bottom)];
    }
    return {left, right, top, bottom};
  }

  function floating(element) {
    for (let one = element; one; one = one.parentElement) if (/fixed|sticky|absolute/.test(style(one).position)) return true;
    return false;
  }

  function overlapping() {
    const lines = [], wrong = [];
    for (const node of texts()) {
      if (unseen(node.parentElement) || floating(node.parentElement)) continue;
      for (const box of boxes(node)) lines.push({node, ...seen(box, node.parentElement)});
    }
    lines.sort((one, other) => one.top - other.top);
    lines.forEach((one, at) => {
      for (let next = at + 1; next < lines.length && lines[next].top < one.bottom; next += 1) {
        const other = lines[next];
        const high = Math.min(one.bottom, other.bottom) - other.top, wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
        const low = Math.min(one.bottom - one.top, other.bottom - other.top);
        if (wide > 3 && low > 1 && high > 0.45 * low && one.node !== other.node) {
          wrong.push(`»${one.node.data.trim().slice(0, 40)}« and »${other.node.data.trim().slice(0, 40)}« lie over each other`);
        }
      }
    });
    return wrong;
  }

  const channels = (colour) => (colour.match(/[\d.]+/g) || []).map(Number);

  function light(colour) {
    const [red, green, blue] = channels(colour).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  /* A patch that is only colour, without a word in it or beside it. */
  function speechless() {
    const wrong = [];
    for (const element of all("body *")) {
      if (element.closest("svg, button, label, a") || element.innerText || !shown(element) || unseen(element)) continue;
      if (/^(input|select|textarea|progress|img|hr|br|td|th|iframe)$/.test(element.localName)) continue;
      const [red, green, blue, solid = 1] = channels(style(element).backgroundColor);
      const box = element.getBoundingClientRect();
      const colourful = solid > 0.2 && Math.max(red, green, blue) - Math.min(red, green, blue) > 30;
      if (!colourful || box.width > 60 || box.height > 60) continue;
      const said = element.getAttribute("aria-label") || element.title || element.parentElement.innerText.trim();
      if (!said) wrong.push(`${named(element)} in ${named(element.parentElement)} is only a colour`);
    }
    return wrong;
  }

  function pageBox() {
    let size = "", sides = [];
    const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
    for (const rule of rules.flatMap((one) => (one instanceof CSSMediaRule && matchMedia(one.media.mediaText).matches ? [...one.cssRules] : [one]))) {
      if (!(rule instanceof CSSPageRule)) continue;
      size = rule.style.size || size;
      if (rule.style.marginLeft) sides = [rule.style.marginLeft, rule.style.marginRight];
    }
    return {across: size.includes("landscape"), sides};
  }

  function printed() {
    const wrong = [];
    for (const element of all("nav, button, input[type=submit], input[type=file], .btn, .btn-k")) {
      if (shown(element) && !unseen(element)) wrong.push(`${named(element)} is printed`);
    }
    const told = new Set();
    for (const node of texts()) {
      const parent = node.parentElement, colour = style(parent).color;
      if (unseen(parent) || 1.05 / (light(colour) + 0.05) >= 10) continue;
      const words = `${colour} on paper: ${named(parent)}`;
      if (!told.has(colour)) wrong.push(words);
      told.add(colour);
    }
    if (document.body.matches(".paper")) {
      const words = document.body.innerText, wanted = all(".sheet").length ? ["Rauchfangkehrer Probe"] : ["Rauchfangkehrer Probe", "edruckt am"];
      for (const part of wanted) if (!words.includes(part)) wrong.push(`»${part}« is not on the sheet`);
      if (!all(".sheet").length && !all("h1").some(shown)) wrong.push("the sheet has no title");
    }
    return wrong;
  }

  const CAN = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
  const usable = (element) => shown(element) && !element.matches(":disabled") && !element.closest("[inert]");
  const signature = (element) => [element, element.labels && element.labels[0], element.parentElement]
    .filter(Boolean)
    .map((one) => ["outline", "boxShadow", "borderColor", "backgroundColor"].map((name) => style(one)[name]).join("|"))
    .join("/");

  let before = new Map(), visits = [], wrongs = [], blind = new Map();

  function look() {
    const element = document.activeElement;
    if (!element || element === document.body) { visits.push(null); return; }
    visits.push(element);
    let [box] = element.getClientRects();
    const looks = style(element);
    const ring = looks.outlineStyle !== "none" && parseFloat(looks.outlineWidth) >= 1 && !unseen(element) && looks.opacity !== "0";
    /* A date has several stops; one of them shows the ring of the browser itself. */
    blind.set(element, blind.get(element) !== false && !ring && before.get(element) === signature(element));
    if (!box || box.width < 3 || unseen(element) && !element.matches(".skip")) return;
    element.scrollIntoView({block: "nearest", inline: "nearest", behavior: "instant"});
    [box] = element.getClientRects();
    const hit = document.elementFromPoint(box.left + Math.min(box.width, innerWidth) / 2, box.top + box.height / 2);
    if (!hit) wrongs.push(`${named(element)} has the focus out of sight`);
    else if (!element.contains(hit) && !hit.contains(element) && !(element.labels && [...element.labels].some((one) => one.contains(hit)))) {
      wrongs.push(`${named(element)} has the focus behind ${named(hit)}`);
    }
  }

  function watchKeys() {
    before = new Map(all(CAN).filter(usable).map((element) => [element, signature(element)]));
    [visits, wrongs, blind] = [[], [], new Map()];
    addEventListener("keyup", look, true);
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute("tabindex");
    scrollTo(0, 0);
    /* A date or a time has a stop for each of its parts. */
    return before.size + 4 * all("input[type=date], input[type=time]").filter(usable).length;
  }

  /* Some stops of Tab move by arrows: through a toolbar, or with the chosen line of a list. */
  function entries() {
    const reached = new Set(visits.filter(Boolean)), found = new Map();
    for (const element of before.keys()) {
      if (reached.has(element) || element.tabIndex >= 0 || !usable(element)) continue;
      const bar = element.closest("[role=toolbar]"), line = element.closest("li, tr");
      const entry = bar ? [...reached].find((one) => bar.contains(one)) : line && line.querySelector("input[type=radio]");
      if (entry) found.set(bar || entry.name, [entry, bar ? "ArrowRight" : "ArrowDown", bar ? all("button", bar).length : all(`input[name="${entry.name}"]`).length]);
    }
    return [...found.values()];
  }

  function stopNow() {
    look();
    for (const element of before.keys()) if (element.tabIndex >= 0 && usable(element)) visits.push(element);
  }

  function watchArrows() {
    removeEventListener("keyup", look, true);
    addEventListener("keyup", stopNow, true);
    return entries().map(([entry, key, times]) => ({entry, key, times}));
  }

  function unreached() {
    removeEventListener("keyup", look, true);
    removeEventListener("keyup", stopNow, true);
    const reached = new Set(visits.filter(Boolean)), wrong = [...new Set(wrongs)];
    for (const [element, unlit] of blind) if (unlit) wrong.push(`${named(element)} does not show that it has the focus`);
    const groups = new Set([...reached].filter((one) => one.type === "radio").map((one) => one.name));
    for (const element of before.keys()) {
      const grouped = element.type === "radio" && groups.has(element.name);
      if (!element.isConnected || reached.has(element) || grouped || unseen(element)) continue;
      if (element.tabIndex < 0 && !element.matches("a[href], button, input, select, textarea, summary")) continue;
      wrong.push(`${named(element)} is not reached`);
    }
    const [first] = visits;
    if (document.querySelector(".skip") && !(first && first.matches(".skip"))) wrong.push(`the first that Tab reaches is not the way to the content but ${first && named(first)}`);
    return wrong;
  }

  return {cut, overlapping, speechless, pageBox, printed, watchKeys, watchArrows, unreached};
})();
