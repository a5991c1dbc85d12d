// Where the gateway is on its site: "", or "/chat" (GATEWAY_BASE_PATH).  Our
// scripts lie in the root of what it serves, so their own address says it.
export const BASE =
  typeof location === "undefined"
    ? ""
    : new URL(".", import.meta.url).pathname.slice(0, -1);
