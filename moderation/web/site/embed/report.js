// A reader's report of a comment.
const REPORT_REASONS = ["abuse", "spam", "privacy", "other"];

function addReport(acts, item) {
  let panel = null;
  const open = button(say("report"), toggle, { className: "link", "aria-expanded": "false", "aria-label": say("report_of", { name: item.author.name }) });
  acts.append(open);

  function toggle() {
    if (panel) close();
    else {
      panel = form();
      acts.after(panel);
      open.setAttribute("aria-expanded", "true");
      panel.querySelector("input").focus();
    }
  }

  function close() {
    panel.remove();
    panel = null;
    open.setAttribute("aria-expanded", "false");
    open.focus();
  }

  function form() {
    const message = make("p", { className: "error", role: "alert" });
    const choices = REPORT_REASONS.map((value) =>
      make("label", { className: "check" }, make("input", { type: "radio", name: "reason", value, required: true }), say(`report_${value}`)));
    const made = make("form", { className: "report", noValidate: true, onsubmit: send },
      make("fieldset", {}, make("legend", {}, say("report_title")), choices),
      make("label", { className: "field" }, say("report_note"), make("textarea", { name: "note", rows: 2, maxLength: 1000, dir: "auto" })),
      message,
      make("p", { className: "row" }, make("button", { className: "button" }, say("report_send")), button(say("report_cancel"), close, { className: "link" })));

    async function send(event) {
      event.preventDefault();
      const values = Object.fromEntries(new FormData(made));
      if (!values.reason) {
        message.textContent = say("report_title");
        made.querySelector("input").focus();
        return;
      }
      const sent = { reason: values.reason, ...(values.note.trim() && { note: values.note.trim() }) };
      const answer = await call(`${site}comments/${item.id}/reports`, { send: sent });
      if (!answer.ok) {
        const missing = [404, 405].includes(answer.status);
        message.textContent = missing ? say("report_off") : refusal(answer);
        return;
      }
      const thanks = make("p", { className: "notice", role: "status", tabIndex: -1 }, say("report_thanks"));
      made.replaceWith(thanks);
      open.remove();
      thanks.focus();
    }
    return made;
  }
}
