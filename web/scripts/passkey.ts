// Passkeys: the browser asks the device, which signs what the server gave.
// What offers them is hidden until it is known that they can work here.

const bytes = (s: string) => Uint8Array.from(atob(s.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (b: ArrayBuffer | null | undefined) =>
  b ? btoa(String.fromCharCode(...new Uint8Array(b))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "") : undefined;

interface Described { id: string; type: "public-key"; transports?: AuthenticatorTransport[] }
const described = (list?: Described[]) => (list ?? []).map((d) => ({ ...d, id: bytes(d.id) }));

async function post(path: string, body?: unknown): Promise<any> {
  const got = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: body === undefined ? undefined : JSON.stringify(body) });
  const answer = await got.json();
  if (!got.ok) throw new Error((answer.errors ?? [])[0]?.message ?? answer.detail ?? answer.title);
  return answer;
}

// The person or the device said no: the page's own words are better than the browser's.
async function ask<T>(of: Promise<T>, fail: string): Promise<T> {
  try {
    return await of;
  } catch {
    throw new Error(fail);
  }
}

async function enter(fail: string): Promise<string> {
  const { publicKey } = await post("/work/sign-in/passkey");
  const options = { ...publicKey, challenge: bytes(publicKey.challenge), allowCredentials: described(publicKey.allowCredentials) };
  const key = (await ask(navigator.credentials.get({ publicKey: options }), fail)) as PublicKeyCredential;
  const r = key.response as AuthenticatorAssertionResponse;
  return (await post("/work/sign-in/passkey/answer", {
    id: key.id, rawId: text(key.rawId), type: key.type, clientExtensionResults: key.getClientExtensionResults(),
    response: { clientDataJSON: text(r.clientDataJSON), authenticatorData: text(r.authenticatorData), signature: text(r.signature), userHandle: text(r.userHandle) },
  })).next;
}

async function make(name: string, fail: string): Promise<string> {
  const { publicKey } = await post("/work/me/passkeys");
  const options = {
    ...publicKey, challenge: bytes(publicKey.challenge), user: { ...publicKey.user, id: bytes(publicKey.user.id) }, excludeCredentials: described(publicKey.excludeCredentials),
  };
  const key = (await ask(navigator.credentials.create({ publicKey: options }), fail)) as PublicKeyCredential;
  const r = key.response as AuthenticatorAttestationResponse;
  return (await post("/work/me/passkeys/answer", {
    name,
    answer: {
      id: key.id, rawId: text(key.rawId), type: key.type, clientExtensionResults: key.getClientExtensionResults(),
      response: { clientDataJSON: text(r.clientDataJSON), attestationObject: text(r.attestationObject), transports: r.getTransports ? r.getTransports() : [] },
    },
  })).next;
}

export function passkeys(): void {
  const box = document.querySelector<HTMLElement>("[data-passkey]");
  if (!box || !("PublicKeyCredential" in window)) return;
  if (box.dataset.origin !== location.origin) {
    document.querySelector<HTMLElement>("[data-elsewhere]")!.hidden = false;
    return;
  }
  box.hidden = false;
  const wrong = box.querySelector<HTMLElement>("[role=alert]")!;
  const button = box.querySelector<HTMLButtonElement>("button")!;
  const fail = box.dataset.fail ?? "";
  const go = async (e: Event) => {
    e.preventDefault();
    e.stopImmediatePropagation();
    wrong.textContent = "";
    button.disabled = true;
    try {
      location.assign(box instanceof HTMLFormElement ? await make((box.elements.namedItem("name") as HTMLInputElement).value, fail) : await enter(fail));
    } catch (e) {
      wrong.textContent = (e as Error).message;
      button.disabled = false;
    }
  };
  box.addEventListener(box instanceof HTMLFormElement ? "submit" : "click", (e) => {
    if (box instanceof HTMLFormElement || e.target === button) void go(e);
  });
}
