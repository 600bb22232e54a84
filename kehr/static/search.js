// The search on top: "/" goes there, arrows walk through the hits, Escape closes them.
(function () {
  "use strict";

  var form = document.getElementById("finden");
  if (!form) return;
  var field = document.getElementById("finden-text");
  var hits = document.getElementById("finden-treffer");

  function writing(target) {
    return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  }

  function show(open) {
    hits.hidden = !open;
  }

  document.addEventListener("keydown", function (event) {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (writing(event.target) || document.querySelector(".offcanvas.show, .modal.show")) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
  field.addEventListener("input", function () {
    show(field.value.trim() !== "");
  });
  field.addEventListener("focus", function () {
    show(field.value.trim() !== "");
  });
  form.addEventListener("keydown", function (event) {
    if (event.key === "Escape") {
      if (hits.hidden || !hits.childElementCount) return;
      event.preventDefault();
      field.focus();
      show(false);
      return;
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    var stops = [field].concat(Array.prototype.slice.call(hits.querySelectorAll("a")));
    var next = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    if (hits.hidden || next < 0 || next >= stops.length) return;
    event.preventDefault();
    stops[next].focus();
  });
  document.addEventListener("focusin", function (event) {
    if (!form.contains(event.target)) show(false);
  });
  document.addEventListener("click", function (event) {
    if (!form.contains(event.target)) show(false);
  });
  // An answer that comes after the field was emptied is no answer any more.
  hits.addEventListener("htmx:beforeSwap", function (event) {
    if (field.value.trim() === "") event.detail.serverResponse = "";
  });
})();
