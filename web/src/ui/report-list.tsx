// Reports, each with what a moderator can do about it.
import type { Outcome, Report } from "../reports";
import { speech } from "../words";
import { dirOf, plainName, plainText, shortTime } from "./format";

interface Props {
  reports: readonly Report[];
  onResolve: (report: Report, outcome: Outcome) => Promise<void>;
}

const OUTCOMES = ["dismissed", "removed", "banned"] as const;
const WORDS = {
  dismissed: "reportDismiss",
  removed: "reportRemove",
  banned: "reportBan",
} as const;

export function ReportList({ reports, onResolve }: Props) {
  const { say, locale } = speech.value;
  if (reports.length === 0) return <p class="none-found">{say("noReports")}</p>;
  return (
    <ul class="reports">
      {reports.map((report) => (
        <li key={report.id}>
          <p class="report-head">
            <b>
              <bdi>{plainName(report.authorName)}</bdi>
            </b>{" "}
            {report.roomTitle && (
              <>
                · <bdi>{plainName(report.roomTitle)}</bdi>{" "}
              </>
            )}
            <time>{shortTime(report.at, Date.now(), locale)}</time>
          </p>
          <blockquote dir={dirOf(report.language)} lang={report.language}>
            {report.content ? plainText(report.content) : say("deleted")}
          </blockquote>
          {report.reason && (
            <p class="report-why">
              <bdi>{plainText(report.reason)}</bdi>
            </p>
          )}
          <div class="buttons">
            {OUTCOMES.map((outcome) => (
              <button
                key={outcome}
                type="button"
                class={outcome === "dismissed" ? "plain" : "plain bad"}
                onClick={() => void onResolve(report, outcome)}
              >
                {say(WORDS[outcome])}
              </button>
            ))}
          </div>
        </li>
      ))}
    </ul>
  );
}
