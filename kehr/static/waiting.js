// Keys for "Wartet auf Sie", only while the focus is inside the list: arrows walk, a letter decides.
(function () {
  "use strict";

  var last = -1;

  function rows() {
    return Array.prototype.slice.call(document.querySelectorAll(".waiting .row-k"));
  }

  function into(row) {
    var first = row && row.querySelector("input, button, a");
    if (first) first.focus();
  }

  document.addEventListener("keydown", function (event) {
    var row = event.target.closest(".waiting .row-k");
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" && event.target.type === "checkbox") event.preventDefault();
    var all = rows();
    last = all.indexOf(row);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      into(all[last + (event.key === "ArrowDown" ? 1 : -1)]);
      return;
    }
    var button = event.key.length === 1 && row.querySelector('[data-key="' + CSS.escape(event.key.toLowerCase()) + '"]');
    if (button) {
      event.preventDefault();
      button.click();
    }
  });

  // What was decided leaves the list; the focus goes on to what is now in its place.
  document.addEventListener("submit", function (event) {
    if (event.target.id !== "wartet-liste") return;
    var row = document.activeElement && document.activeElement.closest(".waiting .row-k");
    last = row ? rows().indexOf(row) : -1;
  });
  document.addEventListener("htmx:afterSettle", function () {
    if (last < 0 || document.activeElement !== document.body) return;
    var all = rows();
    if (all.length) into(all[Math.min(last, all.length - 1)]);
    else document.getElementById("inhalt").focus();
    last = -1;
  });
})();
