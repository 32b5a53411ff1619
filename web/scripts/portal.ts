import { hintWhileWriting } from "./hints";
import { countLeft, focusErrors, keepDrafts, mapWhenAsked, sendOnce } from "./shared";
import { sendPhotos } from "./upload";

sendPhotos(); // before sendOnce: it holds a form back until its photos are there
sendOnce();
hintWhileWriting();
countLeft();
keepDrafts();
focusErrors();

// "Use where I am": fills the two hidden fields from the device. A place that
// cannot be used is taken out again.
const here = document.querySelector<HTMLButtonElement>("[data-here]");
if (here && "geolocation" in navigator) {
  here.hidden = false;
  const said = document.getElementById(here.dataset.here ?? "");
  here.form?.addEventListener("outside", (e) => {
    for (const id of ["lat", "lon"]) (document.getElementById(id) as HTMLInputElement).value = "";
    if (said && e instanceof CustomEvent) said.textContent = e.detail as string;
  });
  here.addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(
      (p) => {
        const set = (id: string, v: number) => ((document.getElementById(id) as HTMLInputElement).value = v.toFixed(6));
        set("lat", p.coords.latitude);
        set("lon", p.coords.longitude);
        if (said) said.textContent = here.dataset.done ?? "";
        here.form?.dispatchEvent(new Event("place"));
      },
      () => {
        if (said) said.textContent = here.dataset.failed ?? "";
      },
      { enableHighAccuracy: true, timeout: 10000 },
    );
  });
}

mapWhenAsked();
