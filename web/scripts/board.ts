// The board changes in place while one looks: the server sends its parts as
// they change, and each is put where it stands.
import { draw } from "./chart";

draw(document, true);
// On a phone a table of every unit is opened by who wants it.
if (matchMedia("(max-width: 40rem)").matches) for (const table of document.querySelectorAll<HTMLDetailsElement>("details[data-fold]")) table.open = false;
const said = document.getElementById("live");
const address = said?.dataset.live;
if (said && address) {
  const source = new EventSource(address);
  source.addEventListener("open", () => (said.textContent = said.dataset.on ?? ""));
  source.addEventListener("error", () => (said.textContent = said.dataset.off ?? ""));
  source.addEventListener("board", (e) => {
    const parts = document.createElement("template");
    parts.innerHTML = (e as MessageEvent<string>).data;
    for (const part of [...parts.content.children]) {
      const old = document.getElementById(part.id);
      if (!old) continue;
      for (const kept of old.querySelectorAll<HTMLDetailsElement>("details[data-keep]")) {
        const same = parts.content.getElementById(kept.id);
        if (same instanceof HTMLDetailsElement) same.open = kept.open;
      }
      if (!shows(old, part) && !old.contains(document.activeElement)) {
        old.replaceWith(part);
        draw(part, false);
      }
    }
  });
}

/** Whether what stands there is what was sent; charts are ours alone. */
function shows(old: Element, part: Element): boolean {
  const copy = old.cloneNode(true) as Element;
  for (const chart of copy.querySelectorAll(".chart")) chart.remove();
  return copy.isEqualNode(part);
}
