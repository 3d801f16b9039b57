// The colour switch acts at once by style; this keeps the choice in the cookie.
for (const form of document.querySelectorAll("[data-theme-form]")) {
  form.addEventListener("change", (event) => {
    const theme = event.target.value;
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual" });
  });
}
