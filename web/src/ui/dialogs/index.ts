// All that is opened by a click, and one bundle: it comes soon after the
// conversation, and shares nothing with it in pieces.
export { watchEyes } from "../../eyes";
export { openActions } from "../actions";
export { openMemberMenu } from "../member-actions";
export { confirmThen } from "./confirm";
export { openCorrections } from "./corrections";
export { openInvitations } from "./invitations";
export { openInvite } from "./invite";
export { openBanned, openGlossary, openReports } from "./moderate";
export { openLeave } from "./leave";
export { openNewRoom } from "./new-room";
export { openPicture } from "./picture";
export { openPins } from "./pins";
export { openPrograms } from "./programs";
export { openReset } from "./reset";
export { openRoomSettings } from "./room-settings";
export { openSearch } from "./search";
export { openSettings } from "./settings";
export { openSwitcher } from "./switcher";
