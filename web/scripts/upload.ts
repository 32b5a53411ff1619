// Photos are sent while the form is filled in, in pieces: a lost line costs
// one piece, and sending goes on where it stopped.

interface Upload {
  token?: string;
  offset: number;
  ready: boolean;
}

/** What the server does not take, and why. */
export class Refused extends Error {}

/** What a problem document says, the field's own words first. */
export async function problem(got: Response): Promise<string> {
  try {
    const p = (await got.json()) as { detail?: string; errors?: { message: string }[] };
    return p.errors?.[0]?.message ?? p.detail ?? "";
  } catch {
    return "";
  }
}

/** Waits until the browser thinks it has a line again, or a few seconds. */
function line(ms: number): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(finish, ms);
    function finish() {
      clearTimeout(timer);
      removeEventListener("online", finish);
      done();
    }
    addEventListener("online", finish);
  });
}

/** Sends a photo in pieces, for as long as it takes, and gives its token. */
export async function send(file: Blob, address: string, piece: number, told: (percent: number, waits: boolean) => void): Promise<string> {
  let token = "";
  let offset = 0;
  let wait = 1000;
  for (;;) {
    try {
      const got = !token
        ? await fetch(address, { method: "POST", headers: { "Upload-Length": String(file.size) } })
        : offset < 0
          ? await fetch(`${address}/${token}`)
          : await fetch(`${address}/${token}`, { method: "PATCH", headers: { "Upload-Offset": String(offset) }, body: file.slice(offset, offset + piece) });
      if (got.status === 409) {
        offset = -1; // ask where it stands
        continue;
      }
      if (got.status >= 500 || got.status === 429) throw new Error("later");
      if (!got.ok) throw new Refused(await problem(got));
      const u = (await got.json()) as Upload;
      token = u.token ?? token;
      offset = u.offset;
      wait = 1000;
      told(Math.floor((100 * offset) / file.size), false);
      if (u.ready) return token;
    } catch (e) {
      if (e instanceof Refused) throw e;
      told(Math.floor((100 * Math.max(offset, 0)) / file.size), true);
      await line(wait);
      wait = Math.min(wait * 2, 15000);
      if (token) offset = -1;
    }
  }
}

export function sendPhotos(): void {
  for (const field of document.querySelectorAll<HTMLElement>("[data-photos]")) {
    const input = field.querySelector<HTMLInputElement>("input[type=file]");
    const list = field.querySelector<HTMLElement>("ul");
    const form = field.closest("form");
    const d = field.dataset;
    if (!input || !list || !form || !d.photos) continue;
    field.hidden = false;
    const address = d.photos;
    const most = Number(d.max);
    const under = new Set<Promise<unknown>>();
    const add = (file: File) => {
      const item = document.createElement("li");
      const said = document.createElement("span");
      said.setAttribute("role", "status");
      const name = document.createElement("img");
      name.alt = file.name;
      name.src = URL.createObjectURL(file);
      const remove = document.createElement("button");
      remove.type = "button";
      remove.className = "link";
      remove.textContent = d.remove ?? "×";
      item.append(name, said, " ", remove);
      list.append(item);
      let token = "";
      let gone = false;
      remove.addEventListener("click", () => {
        gone = true;
        item.remove();
        if (token) void fetch(`${address}/${token}`, { method: "DELETE" }).catch(() => undefined);
        input.focus();
      });
      if (file.size > Number(d.bytes)) {
        said.className = "error";
        said.textContent = d.large ?? "";
        return;
      }
      const sending = send(file, address, Number(d.piece), (percent, waits) => {
        said.textContent = ((waits ? d.waiting : d.sending) ?? "").replace("{n}", String(percent));
      }).then(
        (got) => {
          token = got;
          if (gone) return void fetch(`${address}/${token}`, { method: "DELETE" });
          const hidden = document.createElement("input");
          hidden.type = "hidden";
          hidden.name = "photo";
          hidden.value = token;
          item.append(hidden);
          said.textContent = d.done ?? "";
        },
        (e: unknown) => {
          said.className = "error";
          said.textContent = (e instanceof Refused && e.message) || (d.failed ?? "");
        },
      );
      under.add(sending);
      void sending.finally(() => under.delete(sending));
    };
    input.addEventListener("change", () => {
      for (const file of input.files ?? []) {
        if (list.children.length >= most) {
          input.setCustomValidity("");
          const said = document.createElement("li");
          said.className = "error";
          said.setAttribute("role", "status");
          said.textContent = d.many ?? "";
          list.append(said);
          setTimeout(() => said.remove(), 5000);
          break;
        }
        add(file);
      }
      input.value = "";
    });
    // Pressing "send" while a photo is on its way waits for the photo.
    form.addEventListener(
      "submit",
      (e) => {
        if (under.size === 0) return;
        e.preventDefault();
        e.stopImmediatePropagation();
        const by = (e as SubmitEvent).submitter;
        void Promise.allSettled([...under]).then(() => form.requestSubmit(by instanceof HTMLElement ? by : undefined));
      },
      true,
    );
  }
}
