// Light, dark or the system's choice, applied before the first paint. The only classic script.

(() => {
  const names = ["auto", "light", "dark"];
  const titles = { auto: "Auto", light: "Light", dark: "Dark" };
  let theme = "auto";
  try {
    const stored = localStorage.getItem("brig.theme");
    if (names.includes(stored)) theme = stored;
  } catch { /* no storage: the system's choice it is */ }

  const apply = () => {
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  };
  apply();

  document.addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    const name = document.getElementById("theme-name");
    button.hidden = false;
    name.textContent = titles[theme];
    button.addEventListener("click", () => {
      theme = names[(names.indexOf(theme) + 1) % names.length];
      try { localStorage.setItem("brig.theme", theme); } catch { /* holds for this page */ }
      name.textContent = titles[theme];
      apply();
    });
  });
})();
