import type { ComponentChildren } from "preact";
import { BASE } from "../base";
import { DialogHost } from "../ui/modal";
import { Icon, Logo } from "../ui/icons";
import { Toast } from "../ui/toast";
import { AuditLog } from "./audit";
import { age, clock } from "./format";
import { Now } from "./now";
import { Pairs } from "./pairs";
import { People } from "./people";
import { Reports } from "./reports";
import { Rooms } from "./rooms";
import {
  access,
  alarms,
  backlog,
  section,
  SECTIONS,
  staleAt,
  status,
  type Alarm,
  type Section,
} from "./state";
import { Translators } from "./translators";
import { tell } from "./words";

const VIEWS: Record<Section, () => ComponentChildren> = {
  now: () => <Now />,
  pairs: () => <Pairs />,
  translators: () => <Translators />,
  people: () => <People />,
  rooms: () => <Rooms />,
  reports: () => <Reports />,
  audit: () => <AuditLog />,
};

export function Dashboard() {
  const may = access.value;
  return (
    <>
      <div class="admin">
        <Nav />
        <main>
          {may === "yes" ? (
            <>
              <Alarms />
              {VIEWS[section.value]()}
            </>
          ) : (
            <Closed may={may} />
          )}
        </main>
      </div>
      <DialogHost />
      <Toast />
    </>
  );
}

function Nav() {
  const say = tell.value;
  const open = backlog.value?.reports ?? 0;
  return (
    <nav class="admin-nav" aria-label={say("title")}>
      <h1 class="brand">
        <Logo /> Meeshy
      </h1>
      <ul>
        {SECTIONS.map((name) => (
          <li key={name}>
            <a
              href={`${BASE}/admin#${name}`}
              aria-current={section.value === name ? "page" : "false"}
            >
              {say(name)}
              {name === "reports" && open > 0 && (
                <span class="unread">{open}</span>
              )}
            </a>
          </li>
        ))}
      </ul>
      <a class="admin-back" href={`${BASE}/`}>
        <Icon name="back" />
        {say("back")}
      </a>
    </nav>
  );
}

function Closed({ may }: { may: "asking" | "signIn" | "notAdmin" }) {
  const say = tell.value;
  if (may === "asking") return null;
  return (
    <div class="closed">
      <p>{say(may)}</p>
      <a class="primary" href={`${BASE}/`}>
        {say("back")}
      </a>
    </div>
  );
}

function Alarms() {
  const say = tell.value;
  const all = alarms.value;
  const stale = staleAt.value;
  return (
    <div class="alarms" role="status">
      {stale > 0 && (
        <p class="alarm bad">
          <Icon name="info" />
          {say("stale", { time: clock(stale) })}
        </p>
      )}
      {all.map((alarm) => (
        <p key={alarm.kind} class={`alarm ${alarm.kind}`}>
          <Icon name="info" />
          {wordsOf(alarm)}
        </p>
      ))}
      {all.length === 0 && stale === 0 && (
        <p class="alarm well">
          <Icon name="check" />
          {say("allWell")}
        </p>
      )}
    </div>
  );
}

function wordsOf(alarm: Alarm): string {
  const say = tell.value;
  const now = status.value?.at ?? 0;
  switch (alarm.kind) {
    case "saving":
      return say("alarmSaving");
    case "draining":
      return say("alarmDraining");
    case "away":
      return say("alarmAway");
    case "owed":
      return say("alarmOwed", { n: alarm.n, age: age(now - alarm.since) });
    case "errors":
      return say("alarmErrors", { n: alarm.n });
  }
}
