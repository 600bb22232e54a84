// Warns before leaving a form with data-warn-unsaved whose fields differ from what is stored.
(function () {
  "use strict";

  function content(form) {
    return new URLSearchParams(new FormData(form)).toString();
  }

  document.querySelectorAll("form[data-warn-unsaved]").forEach(function (form) {
    // A form that came back with errors holds what is not yet stored.
    var stored = form.querySelector("[aria-invalid=true]") ? null : content(form);
    var leaving = false;
    form.addEventListener("submit", function () {
      leaving = true;
    });
    window.addEventListener("pageshow", function () {
      leaving = false;
    });
    window.addEventListener("beforeunload", function (event) {
      if (!leaving && content(form) !== stored) event.preventDefault();
    });
  });
})();
