// Einlesen: dropping a file, guessing anew when another kind or profile is chosen, the fields of a new list.
(function () {
  "use strict";

  document.documentElement.classList.add("has-script");

  document.querySelectorAll("[data-drop-zone]").forEach(function (zone) {
    var input = zone.querySelector("input[type=file]");
    var words = zone.querySelector("[data-drop-words]");
    words.querySelector("span").textContent = words.dataset.dropWords;
    zone.addEventListener("submit", function () {
      zone.classList.add("busy");
    });
    ["dragenter", "dragover"].forEach(function (name) {
      zone.addEventListener(name, function (event) {
        event.preventDefault();
        zone.classList.add("over");
      });
    });
    ["dragleave", "drop"].forEach(function (name) {
      zone.addEventListener(name, function () {
        zone.classList.remove("over");
      });
    });
    zone.addEventListener("drop", function (event) {
      event.preventDefault();
      if (!event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      zone.requestSubmit();
    });
    input.addEventListener("change", function () {
      if (input.files.length) zone.requestSubmit();
    });
  });

  document.querySelectorAll("form[data-shows-with]").forEach(function (form) {
    function show() {
      var chosen = form.elements[form.dataset.showsWith].value || "day";
      form.querySelectorAll("[data-shown-with]").forEach(function (part) {
        part.classList.toggle("hidden-part", part.dataset.shownWith !== chosen);
      });
    }
    form.addEventListener("change", show);
    show();
  });

  document.querySelectorAll("form[data-mapping]").forEach(function (form) {
    form.querySelectorAll("[data-again]").forEach(function (choice) {
      choice.addEventListener("change", function () {
        form.requestSubmit(form.querySelector("button[value=neu]"));
      });
    });
    var list = form.querySelector("[data-list]");
    function showNewList() {
      form.querySelector("[data-new-list]").classList.toggle("hidden-part", list.value !== "neu");
    }
    if (list) {
      list.addEventListener("change", showNewList);
      showNewList();
    }
  });
})();
