import { hintWhileWriting } from "./hints";
import { passkeys } from "./passkey";
import { countLeft, focusErrors, forgetDrafts, keepDrafts, mapWhenAsked, sendOnce } from "./shared";

passkeys(); // before sendOnce, which would see its form as sent
sendOnce();
countLeft();
keepDrafts();
focusErrors();
mapWhenAsked();

// Keys: every element with data-key is pressed, followed or focused by it.
// j and k walk the rows, x ticks one and goes on; Enter opens it, as the browser
// does by itself. All keys are listed in internal/front/workbench/keys.go.
const rows = () => [...document.querySelectorAll<HTMLElement>("a.row")];
function walk(by: number): void {
  const list = rows();
  const at = list.indexOf(document.activeElement as HTMLElement);
  list[Math.min(Math.max(at + by, 0), list.length - 1)]?.focus();
}
function typing(e: KeyboardEvent): boolean {
  const t = e.target as HTMLElement;
  return t.isContentEditable || /^(TEXTAREA|SELECT)$/.test(t.tagName) || (t.tagName === "INPUT" && !/^(radio|checkbox|submit)$/.test((t as HTMLInputElement).type));
}
addEventListener("keydown", (e) => {
  if (e.key === "Escape" && typing(e)) {
    (e.target as HTMLElement).blur();
    return;
  }
  if (e.key === "Enter" && (e.ctrlKey || e.metaKey) && typing(e)) {
    (e.target as HTMLInputElement).form?.requestSubmit();
    return;
  }
  if (e.ctrlKey || e.metaKey || e.altKey || typing(e)) return;
  if (e.key === "j") return walk(1);
  if (e.key === "k") return walk(-1);
  if (e.key === "x") {
    const box = document.activeElement?.closest("li")?.querySelector<HTMLInputElement>(".tick input");
    if (!box) return;
    box.click();
    return walk(1);
  }
  const to = document.querySelector<HTMLElement>(`[data-key="${CSS.escape(e.key)}"]`);
  if (!to) return;
  e.preventDefault();
  const box = to.closest("details");
  if (box) box.open = true;
  if (to.tagName === "SUMMARY") {
    (box?.querySelector<HTMLElement>("textarea, input:not([type=hidden]), select") ?? to).focus();
  } else if (/^(A|BUTTON)$/.test(to.tagName)) {
    to.click();
  } else {
    to.focus();
  }
});

// A heading of the navigation folds up by Escape, and by a click elsewhere.
const unfolded = () => document.querySelector<HTMLDetailsElement>(".tabs details[open]");
addEventListener("keydown", (e) => {
  const open = unfolded();
  if (e.key !== "Escape" || !open) return;
  open.open = false;
  open.querySelector<HTMLElement>("summary")?.focus();
});
addEventListener("click", (e) => {
  const open = unfolded();
  if (open && !open.contains(e.target as Node)) open.open = false;
});

hintWhileWriting();

// An article that is chosen becomes the answer, unless one was written.
let inserted = "";
document.addEventListener("change", (e) => {
  const chosen = e.target instanceof HTMLInputElement ? e.target : null;
  const answer = chosen?.form?.querySelector<HTMLTextAreaElement>("textarea[name=answer]");
  if (chosen?.name !== "article" || !answer || (answer.value.trim() && answer.value !== inserted)) return;
  answer.value = inserted = chosen.dataset.answer ?? "";
  answer.dispatchEvent(new Event("input", { bubbles: false }));
  const how = chosen.form?.querySelector<HTMLInputElement>(`input[name=how][value=${inserted ? "answer" : "pass"}]`);
  if (how) how.checked = true;
});

// What the browser keeps is one person's, the route for lost lines and what was
// typed: it goes with them.
const forgetRoute = () => "caches" in window && void caches.delete("way");
if (location.pathname === "/work/sign-in") forgetRoute();
document.querySelector('form[action="/work/sign-out"]')?.addEventListener("submit", () => {
  forgetRoute();
  forgetDrafts();
});

// A call shows on whatever page is open.
const strip = document.getElementById("strip");
if (strip?.dataset.from) {
  const from = strip.dataset.from;
  let last = "";
  const look = async () => {
    if (!document.hidden) {
      try {
        const got = await fetch(from, { headers: { Accept: "text/html" } });
        const text = got.ok ? await got.text() : "";
        if (text !== last) strip.innerHTML = last = text;
      } catch {
        // the line is down: what is shown stays
      }
    }
    setTimeout(look, 2500);
  };
  void look();
}

// Two who have the same case open see each other.
const here = document.getElementById("here");
if (here?.dataset.here) {
  const to = here.dataset.here;
  let writing = false;
  let last = "";
  document.addEventListener("input", (e) => {
    if (e.target instanceof HTMLTextAreaElement) writing = true;
  });
  const tell = async () => {
    if (!document.hidden) {
      try {
        const body = new URLSearchParams({ revision: here.dataset.revision ?? "", writing: writing ? "yes" : "" });
        const got = await fetch(to, { method: "POST", body, headers: { Accept: "text/html" } });
        const text = got.ok ? await got.text() : last;
        if (text !== last) here.innerHTML = last = text;
      } catch {
        // the line is down: what is shown stays
      }
    }
    setTimeout(tell, 10000);
  };
  setTimeout(tell, 1000);
}
