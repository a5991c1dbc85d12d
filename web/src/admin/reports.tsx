// What waits for a moderator, of the rooms that this admin moderates.
import { useEffect, useState } from "preact/hooks";
import { listRooms } from "../api";
import { listReports, resolveReport, type Report } from "../reports";
import { ReportList } from "../ui/report-list";
import { toast } from "../ui/toast";
import type { RoomInfo } from "../types";
import { token } from "./state";
import { tell } from "./words";

const MODERATES: readonly RoomInfo["role"][] = ["moderator", "admin", "owner"];

export function Reports() {
  const say = tell.value;
  const [all, setAll] = useState<Report[] | null>(null);
  useEffect(() => {
    void openReports().then(setAll, () => setAll([]));
  }, []);
  return (
    <section>
      <h2>{say("reports")}</h2>
      <p class="none">{say("reportsHint")}</p>
      {all && (
        <ReportList
          reports={all}
          onResolve={async (report, outcome) => {
            try {
              await resolveReport(token, report, outcome);
              setAll(all.filter((one) => one !== report));
            } catch (error) {
              toast((error as Error).message);
            }
          }}
        />
      )}
    </section>
  );
}

async function openReports(): Promise<Report[]> {
  const rooms = await listRooms(token);
  const mine = rooms.filter(({ role }) => MODERATES.includes(role));
  const lists = await Promise.all(
    mine.map(({ id, title }) => listReports(token, id, title)),
  );
  return lists.flat();
}
