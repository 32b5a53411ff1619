// The city drawn by us, to point at a place: loaded when asked for, and never
// needed. Tiles come only from a server that the city names.
import L from "leaflet";
import "leaflet/dist/leaflet.css";

interface Area {
  id: string;
  level: string;
  zh: string;
  en: string;
  shape: GeoJSON.Geometry;
}
interface City {
  areas: Area[];
  streets?: GeoJSON.FeatureCollection;
  tiles?: string;
  credit?: string; // whose tiles they are
}

const zh = document.documentElement.lang.startsWith("zh");
const color = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

async function open(box: HTMLElement): Promise<void> {
  const city = (await (await fetch("/map.json")).json()) as City;
  box.hidden = false;
  const map = L.map(box, { zoomControl: true, attributionControl: Boolean(city.tiles), preferCanvas: true });
  if (city.tiles) {
    const credit = document.createElement("span");
    credit.textContent = city.credit ?? "";
    L.tileLayer(city.tiles, { maxZoom: 19, attribution: credit.innerHTML }).addTo(map);
    map.attributionControl.setPrefix(false); // no links out
  }
  const streets = city.areas.filter((a) => a.level === "street");
  const communities = city.areas.filter((a) => a.level === "community");
  const shape = (a: Area, style: L.PathOptions) => L.geoJSON(a.shape, { style, interactive: false }).addTo(map);
  for (const a of communities) shape(a, { color: color("--line"), weight: 1, fillOpacity: 0 });
  for (const f of city.streets?.features ?? []) {
    const water = f.properties?.kind === "water";
    L.geoJSON(f, {
      interactive: false,
      style: water
        ? { color: "#7fa8c9", weight: 1, fillColor: "#bcd6ea", fillOpacity: 0.6, fill: f.geometry.type.includes("Polygon") }
        : { color: color("--quiet"), weight: f.properties?.class === "ring" || f.properties?.class === "main" ? 3 : 1.5, fill: false, opacity: 0.55 },
    }).addTo(map);
  }
  const all = L.featureGroup();
  for (const a of streets) {
    const layer = shape(a, { color: color("--press"), weight: 2, fillColor: color("--press"), fillOpacity: city.tiles ? 0 : 0.06 });
    all.addLayer(layer);
    L.marker(layer.getBounds().getCenter(), { interactive: false, keyboard: false, icon: L.divIcon({ className: "map-name", html: "", iconSize: [0, 0] }) })
      .addTo(map)
      .getElement()
      ?.append(Object.assign(document.createElement("span"), { textContent: zh ? a.zh : a.en }));
  }
  if (all.getLayers().length) map.fitBounds(all.getBounds());
  const frame = map.getContainer();
  frame.tabIndex = 0;
  frame.setAttribute("role", "application");
  frame.setAttribute("aria-label", box.dataset.label ?? "");
  const mark = (p: L.LatLng) => L.circleMarker(p, { radius: 9, color: "#fff", weight: 3, fillColor: color("--late"), fillOpacity: 1 }).addTo(map);
  if (box.dataset.points) {
    // Places that were pointed at: they are shown, and nothing is to be done.
    const points = box.dataset.points.split(" ").map((p) => L.latLng(p.split(",").map(Number) as [number, number]));
    for (const p of points) mark(p);
    map.fitBounds(L.latLngBounds(points), { maxZoom: 16, padding: [20, 20] });
    return;
  }
  const lat = document.getElementById("lat") as HTMLInputElement;
  const lon = document.getElementById("lon") as HTMLInputElement;
  let pin: L.CircleMarker | undefined;
  const said = document.getElementById(box.dataset.said ?? "");
  const inside = (p: L.LatLng) => streets.length === 0 || streets.some((a) => contains(a.shape, p.lng, p.lat));
  const put = (p: L.LatLng, tell: boolean) => {
    if (!inside(p)) {
      if (said && tell) said.textContent = box.dataset.outside ?? "";
      return;
    }
    pin?.remove();
    pin = mark(p);
    lat.value = p.lat.toFixed(6);
    lon.value = p.lng.toFixed(6);
    if (said && tell) said.textContent = box.dataset.done ?? "";
    lat.form?.dispatchEvent(new Event("place"));
  };
  if (lat.value && lon.value) {
    const p = L.latLng(Number(lat.value), Number(lon.value));
    put(p, false);
    map.setView(p, 16);
  }
  map.on("click", (e) => put(e.latlng, true));
  frame.addEventListener("keydown", (e) => {
    if (e.key === "Enter") {
      e.preventDefault();
      put(map.getCenter(), true);
    }
  });
  frame.scrollIntoView({ block: "nearest" });
  frame.focus({ preventScroll: true });
}

function contains(g: GeoJSON.Geometry, x: number, y: number): boolean {
  const polygons = g.type === "Polygon" ? [g.coordinates] : g.type === "MultiPolygon" ? g.coordinates : [];
  return polygons.some((rings) => rings.reduce((odd, ring) => odd !== within(ring, x, y), false));
}

function within(ring: GeoJSON.Position[], x: number, y: number): boolean {
  let odd = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [ax, ay] = ring[i]!;
    const [bx, by] = ring[j]!;
    if (ay! > y !== by! > y && x < ((bx! - ax!) * (y - ay!)) / (by! - ay!) + ax!) odd = !odd;
  }
  return odd;
}

const box = document.querySelector<HTMLElement>(".map");
if (box) void open(box);
