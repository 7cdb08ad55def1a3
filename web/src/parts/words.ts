import { useRead } from "../api/client.ts";
import { useTexts } from "../texts/texts.tsx";

export interface Words {
  readonly activity: (id: string) => string;
  readonly site: (id: string) => string;
  /** The members of a record or a value, in words. */
  readonly members: (dims: Readonly<Record<string, string>>) => string;
  /** First and last day of a time at a site, by the site's own clock. */
  readonly daysAt: (site: string, start: string, end: string) => string;
  readonly dimension: (id: string) => string;
  readonly member: (dimension: string, id: string) => string;
  /** The symbol of the unit in which records of an activity are shown. */
  readonly unit: (activity: string, unit: string) => string;
}

/** Names of activities, sites and dimensions in the reader's language; an id where there is none. */
export function useWords(): Words {
  const { pick, say, days } = useTexts();
  const activities = useRead("listActivities").data?.items ?? [];
  const sites = useRead("listSites").data?.items ?? [];
  const terms = useRead("listTerms").data?.items ?? [];
  const dimension = (id: string): string => {
    const found = terms.find((one) => one.dimension === id);
    return found ? pick(found.title) : id === "site" ? say("column.site") : id;
  };
  const site = (id: string): string => {
    const found = sites.find((one) => one.id === id);
    return found ? pick(found.name) : id;
  };
  const member = (of: string, id: string): string => {
    if (of === "site") return site(id);
    const found = terms.find((one) => one.dimension === of)?.members[id];
    return found ? pick(found) : id;
  };
  return {
    activity: (id) => {
      const found = activities.find((one) => one.id === id);
      return found ? pick(found.title) : id;
    },
    site,
    daysAt: (id, start, end) => {
      const timeZone = sites.find((one) => one.id === id)?.timeZone ?? "UTC";
      const day = (moment: number): string =>
        new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" }).format(moment);
      return days(`${day(Date.parse(start))}..${day(Date.parse(end) - 1)}`);
    },
    dimension,
    member,
    members: (dims) =>
      Object.entries(dims)
        .map(([of, id]) => member(of, id))
        .join(" · "),
    unit: (activity, unit) => {
      const found = activities.find((one) => one.id === activity);
      return found && found.unit === unit ? pick(found.symbol) : unit;
    },
  };
}
