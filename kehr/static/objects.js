// The list of objects: ticks are counted, one tick takes the page, and a new search keeps what was ticked.
(function () {
  "use strict";

  var kept = new Map();

  function boxes(form) {
    return Array.prototype.slice.call(form.querySelectorAll("input[name=objekt][type=checkbox]"));
  }

  function away(form) {
    var here = new Set(boxes(form).map(function (box) { return box.value; }));
    return Array.from(kept.keys()).filter(function (id) { return !here.has(id); });
  }

  function tell() {
    var form = document.querySelector("form[data-selection]");
    var button = document.querySelector("[data-needs-selection]");
    if (!form || !button) return;
    var all = form.querySelector("[data-all]");
    var page = boxes(form);
    var ticked = page.filter(function (box) { return box.checked; }).length;
    var count = ticked + away(form).length;
    if (all) {
      all.hidden = page.length === 0;
      all.checked = ticked > 0 && ticked === page.length;
      all.indeterminate = ticked > 0 && ticked < page.length;
    }
    button.disabled = count === 0;
    button.toggleAttribute("data-stays-disabled", count === 0);
    button.querySelector("[data-selected]").textContent = count ? "(" + count + ")" : "";
  }

  function note(box) {
    if (box.checked) kept.set(box.value, true);
    else kept.delete(box.value);
  }

  function begin() {
    var form = document.querySelector("form[data-selection]");
    if (form) {
      boxes(form).forEach(function (box) {
        if (kept.has(box.value)) box.checked = true;
        else if (box.checked) note(box);
      });
    }
    tell();
  }

  document.addEventListener("change", function (event) {
    var form = event.target.closest && event.target.closest("form[data-selection]");
    if (!form) return;
    if (event.target.hasAttribute("data-all")) {
      boxes(form).forEach(function (box) {
        box.checked = event.target.checked;
        note(box);
      });
    } else {
      note(event.target);
    }
    tell();
  });
  // What was ticked in an earlier search goes along although it is not on the page any more.
  document.addEventListener("submit", function (event) {
    if (!event.target.hasAttribute("data-selection")) return;
    event.target.querySelectorAll("input[data-kept]").forEach(function (old) { old.remove(); });
    away(event.target).forEach(function (id) {
      var field = document.createElement("input");
      field.type = "hidden";
      field.name = "objekt";
      field.value = id;
      field.setAttribute("data-kept", "");
      event.target.appendChild(field);
    });
  });
  document.addEventListener("htmx:afterSwap", begin);
  window.addEventListener("pageshow", begin);
})();
