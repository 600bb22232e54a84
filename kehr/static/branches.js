// Offers only the senders of the chosen gateway; without scripts they stand in groups by gateway.
(function () {
  "use strict";

  document.querySelectorAll("form[data-usual-gateway]").forEach(function (form) {
    var gateway = form.elements.sms_gateway;
    var sender = form.elements.sender;

    function narrow() {
      var chosen = gateway.value || form.dataset.usualGateway;
      document.getElementById("absender-wahl").classList.toggle("is-hidden", gateway.value === form.dataset.own);
      sender.querySelectorAll("optgroup").forEach(function (group, at) {
        var fits = at === 0 || group.label === chosen;
        group.hidden = !fits;
        group.disabled = !fits;
      });
      var picked = sender.selectedOptions[0];
      if (picked && picked.parentNode.disabled) {
        var same = Array.prototype.find.call(sender.options, function (option) {
          return option.value === picked.value && !option.parentNode.disabled;
        });
        sender.selectedIndex = same ? same.index : 0;
      }
    }

    gateway.addEventListener("change", narrow);
    narrow();
  });
})();
