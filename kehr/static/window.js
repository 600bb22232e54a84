// The window of a message gives the focus back to its line, even when the list was refreshed meanwhile.
(function () {
  "use strict";

  var line = "";
  document.addEventListener("show.bs.offcanvas", function (event) {
    if (event.target.id === "fenster" && event.relatedTarget) line = event.relatedTarget.id;
  });
  document.addEventListener("hidden.bs.offcanvas", function (event) {
    if (event.target.id !== "fenster" || !line) return;
    var again = document.getElementById(line);
    if (again && document.activeElement !== again) again.focus({ preventScroll: true });
  });
})();
