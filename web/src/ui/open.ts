// Dialogs that few open on a first visit: their code is fetched when wanted,
// and kept by the service worker.
import type { Room } from "../room";
import type { RoomInfo } from "../types";

export const openSettings = () =>
  void import("./dialogs/settings").then((m) => m.openSettings());
export const openNewRoom = () =>
  void import("./dialogs/new-room").then((m) => m.openNewRoom());
export const openSwitcher = () =>
  void import("./dialogs/switcher").then((m) => m.openSwitcher());
export const openInvite = (room: string) =>
  void import("./dialogs/invite").then((m) => m.openInvite(room));
export const openPins = (room: Room) =>
  void import("./dialogs/pins").then((m) => m.openPins(room));
export const openSearch = (room: string) =>
  void import("./dialogs/search").then((m) => m.openSearch(room));
export const openRoomSettings = (room: RoomInfo) =>
  void import("./dialogs/room-settings").then((m) => m.openRoomSettings(room));

export const openPicture = (address: string, name: string) =>
  void import("./dialogs/picture").then((m) => m.openPicture(address, name));
export const openMine = () => import("./dialogs/mine");
export const openAbout = () => import("./dialogs/about-message");
export const openCorrecting = () => import("./dialogs/corrections");
export const openModerate = () => import("./dialogs/moderate");

/** Those that are typed into at once, before somebody does. */
export function preload(): void {
  void import("./dialogs/switcher").catch(() => undefined);
  void import("./dialogs/search").catch(() => undefined);
}
