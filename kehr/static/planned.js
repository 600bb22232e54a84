// Planned sends by key: the arrows go to the next entry in that direction, within a month or a week.
(function () {
  "use strict";

  var STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  function middle(element) {
    var box = element.getBoundingClientRect();
    return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
  }

  document.addEventListener("keydown", function (event) {
    var step = STEPS[event.key];
    var here = document.activeElement;
    var grid = here && here.closest("[data-grid]");
    if (!step || !grid || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    var from = middle(here);
    var best = null;
    var least = Infinity;
    grid.querySelectorAll("a").forEach(function (other) {
      if (other === here || !other.offsetParent) return;
      var to = middle(other);
      var along = (to.x - from.x) * step[0] + (to.y - from.y) * step[1];
      var aside = Math.abs((to.x - from.x) * step[1]) + Math.abs((to.y - from.y) * step[0]);
      if (along < 4) return;
      var far = along + 3 * aside;
      if (far < least) {
        least = far;
        best = other;
      }
    });
    if (!best) return;
    event.preventDefault();
    best.focus();
  });
})();
