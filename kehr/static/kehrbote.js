// Small comforts; every page works without them.
(function () {
  "use strict";

  // A double click sends a form once: its buttons rest while the answer is on its way.
  document.addEventListener("submit", function (event) {
    if (event.defaultPrevented || event.target.hasAttribute("hx-post")) return;
    setTimeout(function () {
      event.target.querySelectorAll("button[type=submit]").forEach(function (button) {
        button.disabled = true;
      });
    }, 0);
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form button[type=submit][disabled]:not([data-stays-disabled])").forEach(function (button) {
      button.disabled = false;
    });
  });

  document.addEventListener("click", function (event) {
    var close = event.target.closest("[data-close]");
    if (close) {
      var box = close.closest("details");
      box.open = false;
      box.querySelector("summary").focus();
    }
    if (event.target.closest("[data-print]")) window.print();
    document.querySelectorAll("details.confirm[open]").forEach(function (open) {
      if (!open.contains(event.target)) open.open = false;
    });
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details.confirm[open]").forEach(function (open) {
      open.open = false;
      open.querySelector("summary").focus();
    });
  });
})();
