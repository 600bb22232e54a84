// The text editor's comforts: building blocks at the cursor, and fields that belong to a choice.
(function () {
  "use strict";

  var last = null;

  function put(area, start, end, text) {
    area.setRangeText(text, start, end, "end");
    area.focus();
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  document.addEventListener("focusin", function (event) {
    if (event.target.matches("[data-takes-blocks]")) last = event.target;
  });

  document.addEventListener("click", function (event) {
    var block = event.target.closest("[data-block]");
    if (block) {
      var area = last && last.isConnected ? last : document.querySelector("textarea[data-takes-blocks]");
      var before = area.value.slice(0, area.selectionStart);
      var gap = before && !/[\s(]$/.test(before) ? " " : "";
      var after = area.value.slice(area.selectionEnd);
      var rest = after && !/^[\s.,;:!?)-]/.test(after) ? " " : "";
      put(area, area.selectionStart, area.selectionEnd, gap + block.dataset.block + rest);
    }
    var cheap = event.target.closest("[data-cheap-text]");
    if (cheap) {
      var text = document.getElementById("text");
      put(text, 0, text.value.length, cheap.dataset.cheapText);
    }
  });

  function showChosen(form) {
    var chosen = form.elements[form.dataset.showsBy].value;
    form.querySelectorAll("[data-shown-for]").forEach(function (part) {
      part.classList.toggle("is-hidden", part.dataset.shownFor.split(" ").indexOf(chosen) < 0);
    });
  }

  document.querySelectorAll("form[data-shows-by]").forEach(function (form) {
    showChosen(form);
    form.elements[form.dataset.showsBy].addEventListener("change", function () {
      showChosen(form);
    });
  });
})();
