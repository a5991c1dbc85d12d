// How long messages stay, in a room and on the server.
import { useEffect, useState } from "preact/hooks";
import { policy } from "../api";

let asked: Promise<number> | null = null;

/** The server's; 0: for ever. */
export function useServerDays(): number {
  const [days, setDays] = useState(0);
  useEffect(() => {
    asked ??= policy().then((p) => p.retentionDays);
    asked.then(setDays, () => (asked = null));
  }, []);
  return days;
}

/** The shorter of the two counts; 0 is none. */
export function daysOf(room: number, server: number): number {
  return room && server ? Math.min(room, server) : room || server;
}

export function daysIn(n: number, locale: string): string {
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit: "day",
    unitDisplay: "long",
  }).format(n);
}
