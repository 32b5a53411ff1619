// While somebody writes: what may be the same matter nearby, and numbers that
// need not be there. The server draws it; what was chosen stays chosen.
export function hintWhileWriting(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-hints]")) {
    const place = form.querySelector<HTMLElement>("#hints");
    const address = form.dataset.hints;
    if (!place || !address) continue;
    let timer = 0;
    let asked = 0;
    const ask = async () => {
      const mine = ++asked;
      const body = new URLSearchParams();
      for (const [name, value] of new FormData(form)) if (typeof value === "string" && name !== "contact" && name !== "key") body.append(name, value);
      try {
        const got = await fetch(address, { method: "POST", body, headers: { Accept: "text/html" } });
        if (!got.ok || mine !== asked) return; // something newer was asked
        const text = await got.text();
        if (mine !== asked || place.dataset.last === text) return;
        place.dataset.last = text;
        const active = document.activeElement instanceof HTMLInputElement && place.contains(document.activeElement) ? document.activeElement : null;
        place.innerHTML = text;
        const outside = place.querySelector("[data-outside]");
        if (outside) form.dispatchEvent(new CustomEvent("outside", { detail: outside.textContent }));
        if (active) place.querySelector<HTMLInputElement>(`input[name="${CSS.escape(active.name)}"][value="${CSS.escape(active.value)}"]`)?.focus();
      } catch {
        // the line is down: nothing is lost, the form is sent as it is
      }
    };
    form.addEventListener("input", (e) => {
      if (e.target instanceof HTMLElement && (e.target.closest("#hints") || e.target.closest("[data-photos]"))) return;
      clearTimeout(timer);
      timer = setTimeout(ask, 350);
    });
    form.addEventListener("place", () => void ask());
    place.addEventListener("click", (e) => {
      const button = e.target instanceof Element ? e.target.closest<HTMLElement>("[data-masked]") : null;
      const text = form.querySelector<HTMLTextAreaElement>("textarea[name=text]");
      if (!button || !text) return;
      e.preventDefault();
      text.value = button.dataset.masked ?? text.value;
      text.dispatchEvent(new Event("input", { bubbles: true }));
      text.focus();
    });
  }
}
