// Notes and photos from the place, on a line that comes and goes: what is
// written is kept on the phone first, sent when there is a line, and known by
// its key, so that the server keeps it once however often it is told.
import { forget } from "./shared";
import { problem, Refused, send } from "./upload";

interface Visit {
  key: string;
  who: string;
  to: string;
  number: string;
  at: number;
  note: string;
  photo?: Blob;
  token?: string;
  tokenAt?: number;
}

const page = document.getElementById("way");
if (page && "indexedDB" in window) run(page, page.dataset);

// The page itself is there without a line, as it was seen last.
if ("serviceWorker" in navigator) void navigator.serviceWorker.register("/work/way.js", { scope: "/work/way" }).catch(() => undefined);

function run(page: HTMLElement, words: DOMStringMap): void {
  const said = page.querySelector<HTMLElement>("#way-said");
  const state = new Map<string, string>(); // by key, of those that were refused
  let sending = "";

  document.addEventListener(
    "submit",
    (e) => {
      const form = e.target;
      if (!(form instanceof HTMLFormElement) || !form.dataset.visit) return;
      e.preventDefault();
      e.stopPropagation();
      void keep(form);
    },
    true, // before what sends a form once and for all
  );

  async function keep(form: HTMLFormElement): Promise<void> {
    const note = form.querySelector<HTMLTextAreaElement>("textarea");
    const file = form.querySelector<HTMLInputElement>("input[type=file]");
    const key = form.querySelector<HTMLInputElement>("input[name=key]");
    const photo = file?.files?.[0];
    if (!note || !key || (!note.value.trim() && !photo)) {
      note?.focus();
      return;
    }
    if (photo && photo.size > Number(words.bytes)) {
      tell(words.large ?? "", form);
      return;
    }
    const v: Visit = { key: key.value, who: words.who ?? "", to: form.dataset.visit ?? "", number: form.closest("li")?.id ?? "", at: Date.now(), note: note.value };
    // A picture taken by the camera may be gone later: its bytes are kept.
    if (photo) v.photo = new Blob([await photo.arrayBuffer()], { type: photo.type });
    try {
      await store("readwrite", (s) => s.put(v));
    } catch {
      form.submit(); // a browser that keeps nothing sends it as it is
      return;
    }
    forget(note);
    form.reset();
    note.value = "";
    key.value = newKey();
    tell(words.queued ?? "", form);
    void flush();
  }

  function newKey(): string {
    const b = crypto.getRandomValues(new Uint8Array(16));
    return [...b].map((x) => x.toString(16).padStart(2, "0")).join("");
  }

  function tell(text: string, form: Element): void {
    const at = form.closest("li")?.querySelector<HTMLElement>(".waiting");
    if (!at) return;
    let line = at.querySelector<HTMLElement>("[role=status]");
    if (!line) {
      line = document.createElement("span");
      line.setAttribute("role", "status");
      const item = document.createElement("li");
      item.append(line);
      at.append(item);
    }
    line.textContent = text;
  }

  let again: number | undefined;
  let busy = false;
  async function flush(): Promise<void> {
    if (busy) return;
    busy = true;
    clearTimeout(again);
    try {
      // Of several tabs one sends; the server knows a visit by its key anyhow.
      const locks = (navigator as { locks?: LockManager }).locks;
      await (locks ? locks.request("way", sendAll) : sendAll());
    } finally {
      busy = false;
      await show();
    }
    const left = (await mine()).filter((v) => !state.has(v.key));
    if (left.length) again = window.setTimeout(() => void flush(), 5000);
  }

  async function sendAll(): Promise<void> {
    for (const v of await mine()) {
      if (state.has(v.key)) continue;
      sending = v.key;
      await show();
      try {
        await sendOne(v);
        await store("readwrite", (s) => s.delete(v.key));
        const form = document.querySelector(`[data-visit="${CSS.escape(v.to)}"]`);
        if (form) tell(words.kept ?? "", form);
      } catch (e) {
        if (!(e instanceof Refused)) return; // the line is down: later
        state.set(v.key, e.message);
      } finally {
        sending = "";
      }
    }
  }

  async function sendOne(v: Visit): Promise<void> {
    const fresh = Date.now() - (v.tokenAt ?? 0) < 12 * 3600_000; // a photo that belongs to nothing is dropped after a day
    if (v.photo && !(v.token && fresh)) {
      if (!navigator.onLine) throw new Error("no line");
      v.token = await send(v.photo, "/uploads", Number(words.piece), () => undefined);
      v.tokenAt = Date.now();
      await store("readwrite", (s) => s.put(v));
    }
    const body = new URLSearchParams({ key: v.key, at: String(v.at), note: v.note });
    if (v.token) body.set("photo", v.token);
    const got = await fetch(v.to, { method: "POST", body, headers: { Accept: "application/json" } });
    if (got.status >= 500 || got.status === 429) throw new Error("later");
    if (!got.ok) throw new Refused(await problem(got));
  }

  /** Lists what waits, under its case or, where that is not on the page, on top. */
  async function show(): Promise<void> {
    const list = await mine();
    for (const old of page.querySelectorAll(".visit")) old.remove();
    for (const v of list) {
      const item = document.createElement("li");
      item.className = "visit";
      const text = document.createElement("span");
      text.textContent = (v.note || "▣") + (v.photo && v.note ? " ▣" : "");
      item.append(text);
      const wrong = state.get(v.key);
      if (wrong !== undefined) {
        const why = document.createElement("strong");
        why.className = "error";
        why.textContent = (words.refused ?? "") + wrong;
        item.append(why, button(words.again ?? "", () => state.delete(v.key) && void flush()), button(words.drop ?? "", () => void drop(v)));
      } else if (v.key === sending) {
        text.textContent += " · " + (words.sending ?? "");
      }
      const place = document.getElementById(v.number)?.querySelector(".waiting") ?? said;
      place?.append(item);
    }
    if (said) {
      let line = said.querySelector<HTMLElement>("p");
      if (!line) said.prepend((line = document.createElement("p")));
      line.textContent = list.length ? (words.waiting ?? "").replace("{n}", String(list.length)) : navigator.onLine ? "" : (words.offline ?? "");
    }
  }

  function button(text: string, press: () => void): HTMLButtonElement {
    const b = document.createElement("button");
    b.type = "button";
    b.className = "link";
    b.textContent = text;
    b.addEventListener("click", press);
    return b;
  }

  async function drop(v: Visit): Promise<void> {
    state.delete(v.key);
    await store("readwrite", (s) => s.delete(v.key));
    await show();
  }

  async function mine(): Promise<Visit[]> {
    const all = (await store<Visit[]>("readonly", (s) => s.getAll())) ?? [];
    return all.filter((v) => v.who === words.who).sort((a, b) => a.at - b.at);
  }

  addEventListener("online", () => void flush());
  addEventListener("offline", () => void show());
  document.addEventListener("visibilitychange", () => document.hidden || void flush());
  void flush();

  const from = page.querySelector<HTMLButtonElement>("[data-from]");
  if (from && "geolocation" in navigator) {
    from.hidden = false;
    from.addEventListener("click", () =>
      navigator.geolocation.getCurrentPosition(
        (p) => {
          const to = new URL(location.href);
          to.searchParams.set("lat", p.coords.latitude.toFixed(4));
          to.searchParams.set("lon", p.coords.longitude.toFixed(4));
          location.href = to.href;
        },
        () => {
          if (said) said.textContent = words.noplace ?? "";
        },
        { timeout: 10000 },
      ),
    );
  }
}

function store<T>(mode: IDBTransactionMode, ask: (s: IDBObjectStore) => IDBRequest): Promise<T> {
  return new Promise((done, failed) => {
    const opening = indexedDB.open("way", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("visits", { keyPath: "key" });
    opening.onerror = () => failed(opening.error);
    opening.onsuccess = () => {
      const db = opening.result;
      const tx = db.transaction("visits", mode);
      const asked = ask(tx.objectStore("visits"));
      tx.oncomplete = () => {
        db.close();
        done(asked.result as T);
      };
      tx.onerror = tx.onabort = () => {
        db.close();
        failed(tx.error);
      };
    };
  });
}
