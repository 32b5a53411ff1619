// What improves every page; nothing here is needed to use one.

/** The text of a data attribute in the page's language is written by the server; the script only fills numbers in. */
const lang = document.documentElement.lang.startsWith("zh") ? "zh" : "en";

/** A form is sent once, however often its button is pressed; coming back with the back button frees it. */
export function sendOnce(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>('form[method="post"]')) {
    form.addEventListener("submit", (e) => {
      if (form.dataset.sent) {
        e.preventDefault();
        return;
      }
      form.dataset.sent = "yes";
      for (const b of form.querySelectorAll("button")) b.setAttribute("aria-disabled", "true");
    });
  }
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sent]")) {
      delete form.dataset.sent;
      for (const b of form.querySelectorAll("button")) b.removeAttribute("aria-disabled");
    }
  });
}

/** Says how many characters are left, once it matters. */
export function countLeft(): void {
  for (const field of document.querySelectorAll<HTMLTextAreaElement>("textarea[data-max]")) {
    const most = Number(field.dataset.max);
    const left = document.createElement("p");
    left.className = "left";
    left.setAttribute("aria-live", "polite");
    field.after(left);
    const show = () => {
      const n = most - [...field.value].length;
      left.textContent = n > most / 4 && n > 200 ? "" : lang === "zh" ? (n >= 0 ? `还可以写 ${n} 字` : `多了 ${-n} 字`) : n >= 0 ? `${n} characters left` : `${-n} characters too many`;
    };
    field.addEventListener("input", show);
    show();
  }
}

const sent = "drafts:sent";
const owner = document.documentElement.dataset.drafts ?? "";

/** The name a draft is kept by: several people may work at one desk, one after the other. */
const kept = (field: HTMLElement) => `draft:${owner}:${field.dataset.draft}`;

/**
 * Keeps what is typed in this browser until it has arrived, so that a closed
 * tab or a lost line loses nothing: what was sent is forgotten by the page that
 * follows, and is still there for who comes back because none did.
 */
export function keepDrafts(): void {
  try {
    const [entry] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
    if (entry?.type === "navigate") for (const key of JSON.parse(sessionStorage.getItem(sent) ?? "[]") as string[]) localStorage.removeItem(key);
    sessionStorage.removeItem(sent);
    for (const field of document.querySelectorAll<HTMLTextAreaElement | HTMLInputElement>("[data-draft]")) {
      const key = kept(field);
      const words = localStorage.getItem(key);
      if (words && !field.value) field.value = words;
      field.addEventListener("input", () => localStorage.setItem(key, field.value));
      field.form?.addEventListener("submit", () => {
        const list = JSON.parse(sessionStorage.getItem(sent) ?? "[]") as string[];
        sessionStorage.setItem(sent, JSON.stringify([...list, key]));
      });
    }
  } catch {
    // a browser that keeps nothing still sends forms
  }
}

/** Forgets the draft of a field that was sent. */
export function forget(field: HTMLElement): void {
  try {
    localStorage.removeItem(kept(field));
  } catch {
    // a browser that keeps nothing has nothing to forget
  }
}

/** Forgets all that somebody typed here: who signs out leaves nothing of it. */
export function forgetDrafts(): void {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(`draft:${owner}:`)) localStorage.removeItem(key);
    sessionStorage.removeItem(sent);
  } catch {
    // a browser that keeps nothing has nothing to forget
  }
}

/** The map comes when it is asked for. */
export function mapWhenAsked(): void {
  const button = document.querySelector<HTMLButtonElement>("[data-map]");
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    button.disabled = true;
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = button.dataset.style ?? "";
    const script = document.createElement("script");
    script.src = button.dataset.script ?? "";
    document.head.append(style, script);
  });
}

/** Moves to the summary of what is wrong. */
export function focusErrors(): void {
  document.querySelector<HTMLElement>("[data-focus]")?.focus();
}
