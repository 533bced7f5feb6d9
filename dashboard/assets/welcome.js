// The steps of Welcome: one is shown at a time, and its heading gets the focus.
(() => {
  "use strict";
  const steps = ["where", "who", "reading"];
  const skip = () => window.dash_clientside.no_update;

  // Nothing is sent by the browser itself.
  document.addEventListener("submit", (event) => {
    if (event.target.id === "welcome-github") event.preventDefault();
  });

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    skillfolio_welcome: {
      move(step) {
        if (!steps.includes(step)) return steps.map(skip);
        setTimeout(() => {
          window.scrollTo(0, 0);
          document.querySelector(`#welcome-${step} .sf-step-title`)?.focus({ preventScroll: true });
        }, 60);
        return steps.map((one) => one !== step);
      },
      back(clicks) {
        return clicks ? "where" : skip();
      },
    },
  });
})();
