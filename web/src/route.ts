// Where in the page one is: its address says it, and the browser's Back goes
// back.
import { signal } from "@preact/signals";
import { BASE } from "./base";

export type Route =
  | { name: "home" }
  | { name: "room"; id: string; at: string }
  | { name: "join"; token: string };

export const route = signal<Route>(read());

function read(): Route {
  if (typeof location === "undefined") return { name: "home" };
  const [, first, second] = location.pathname.slice(BASE.length).split("/");
  const rest = decode(second ?? "");
  if (first === "room" && rest)
    return { name: "room", id: rest, at: decode(location.hash.slice(1)) };
  if (first === "join" && rest) return { name: "join", token: rest };
  return { name: "home" };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}

export function pathOf(to: Route): string {
  switch (to.name) {
    case "home":
      return `${BASE}/`;
    case "room": {
      const at = to.at ? `#${encodeURIComponent(to.at)}` : "";
      return `${BASE}/room/${encodeURIComponent(to.id)}${at}`;
    }
    case "join":
      return `${BASE}/join/${encodeURIComponent(to.token)}`;
  }
}

export function go(to: Route, replace = false): void {
  const path = pathOf(to);
  if (replace) history.replaceState(null, "", path);
  else if (path !== location.pathname + location.hash)
    history.pushState(null, "", path);
  route.value = to;
}

export const toRoom = (id: string, at = "") => go({ name: "room", id, at });

export function watchRoute(): void {
  addEventListener("popstate", () => {
    route.value = read();
  });
}
