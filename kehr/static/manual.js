// The manual window by keyboard, its question, and how many get the message. Everything works without.
(function () {
  "use strict";

  var form = document.getElementById("manual");
  var question = document.getElementById("frage");
  if (!form || !question) return;
  var opener = null;

  // The question opens over the page; Esc and Abbrechen leave everything as it is.
  document.body.addEventListener("htmx:beforeRequest", function (event) {
    if (event.detail.target === question) opener = event.detail.elt.id;
  });
  document.body.addEventListener("htmx:afterSwap", function (event) {
    if (event.detail.target !== question || !question.firstElementChild) return;
    if (!question.open) question.showModal();
    var title = document.getElementById("frage-titel");
    if (title) title.focus();
  });
  question.addEventListener("click", function (event) {
    if (event.target.closest("[data-close-dialog]")) question.close();
  });
  question.addEventListener("close", function () {
    question.textContent = "";
    var button = opener && document.getElementById(opener);
    if (button) button.focus();
  });

  // How many numbers the ticks that are set now reach, each once.
  function recount() {
    var list = document.getElementById("liste");
    if (!list) return;
    var found = {};
    list.querySelectorAll("[data-to]:checked:not(:disabled)").forEach(function (tick) {
      tick.dataset.to.split(" ").forEach(function (address) {
        if (address) found[address] = true;
      });
    });
    var count = String(Object.keys(found).length);
    document.querySelectorAll("[data-count]").forEach(function (place) {
      place.textContent = count;
    });
  }

  // One stop of the Tab key for the list: the selected line, its tick and its cross.
  function oneStop() {
    form.querySelectorAll(".person").forEach(function (person) {
      var chosen = person.querySelector("[name=wen]").checked;
      person.querySelectorAll("[name=an], [name=nummer], .take-out").forEach(function (control) {
        control.tabIndex = chosen ? 0 : -1;
      });
    });
  }

  form.addEventListener("change", function (event) {
    if (event.target.matches("[data-to]")) recount();
    if (event.target.name === "wen") oneStop();
  });
  document.getElementById("wege").addEventListener("change", showSubject);

  // An SMS has no subject.
  function showSubject() {
    var way = document.querySelector("#wege :checked").value;
    form.querySelectorAll("[data-shown-for]").forEach(function (part) {
      part.classList.toggle("is-hidden", part.dataset.shownFor !== way);
    });
  }

  form.addEventListener("keydown", function (event) {
    var bar = event.target.closest("[data-arrows]");
    if (bar && /^Arrow(Left|Right)$/.test(event.key)) {
      var blocks = Array.prototype.slice.call(bar.querySelectorAll("button:not(:disabled)"));
      var next = blocks.indexOf(event.target) + (event.key === "ArrowRight" ? 1 : -1);
      blocks[(next + blocks.length) % blocks.length].focus();
      event.preventDefault();
    }
    if (event.target.name !== "wen") return;
    var person = event.target.closest(".person");
    if (event.key === " ") {
      var tick = person.querySelector("[name=an]:not(:disabled), [name=nummer]");
      if (tick) tick.click();
      event.preventDefault();
    } else if (event.key === "Delete") {
      person.querySelector(".take-out").click();
      event.preventDefault();
    } else if (event.key === "Enter") {
      event.preventDefault();
    }
  });
  form.addEventListener("focusin", function (event) {
    var bar = event.target.closest("[data-arrows]");
    if (bar) roam(bar, event.target);
  });

  function roam(bar, current) {
    bar.querySelectorAll("button").forEach(function (button) {
      button.tabIndex = button === current ? 0 : -1;
    });
  }

  function settle() {
    form.querySelectorAll("[data-arrows]").forEach(function (bar) {
      roam(bar, bar.querySelector("button:not(:disabled)"));
    });
    oneStop();
  }

  // The list was drawn anew: who had the focus in it finds it again.
  document.body.addEventListener("htmx:afterSettle", function (event) {
    if (event.detail.target && event.detail.target.id === "links") {
      if (document.activeElement === document.body) {
        var chosen = form.querySelector("[name=wen]:checked") || document.getElementById("dazu");
        if (chosen) chosen.focus();
      }
    }
    if (event.detail.target && event.detail.target.id === "eingabe") {
      var wrong = form.querySelector("[aria-invalid=true]");
      if (wrong) wrong.focus();
    }
    settle();
  });

  // What was wrong is no longer said once somebody mends it.
  form.addEventListener("input", function (event) {
    var field = event.target.closest(".field.wrong");
    if (!field) return;
    field.classList.remove("wrong");
    event.target.removeAttribute("aria-invalid");
    field.querySelector(".error").hidden = true;
  });

  // A text that was typed and not sent warns before it is lost.
  var stored = document.getElementById("text").value;
  var leaving = false;
  form.addEventListener("submit", function () {
    leaving = true;
  });
  window.addEventListener("pageshow", function () {
    leaving = false;
  });
  window.addEventListener("beforeunload", function (event) {
    var typed = document.getElementById("text").value;
    if (!leaving && typed.trim() && typed !== stored) event.preventDefault();
  });

  settle();
  recount();
})();
