import { createCalendar, type Domain, defineDomain, fixedTargets } from "@caretaker/engine";
import { archive } from "./archive.ts";
import { changes } from "./changes.ts";
import { demo } from "./demo.ts";
import { createAnalysis } from "./entries/analysis.ts";
import { createHotList } from "./entries/hot-list.ts";
import { info } from "./entries/info.ts";
import { createQuote } from "./entries/quote.ts";
import { firstScreen, screen } from "./entries/screen.ts";
import { files } from "./files.ts";
import { hotStocks } from "./hot-codes.ts";
import { schedules } from "./schedules.ts";
import type { StocksSettings } from "./settings.ts";
import { allStockCodes, createTargets } from "./warmup.ts";

/** Quotes and fundamentals of listed companies; a bar counts for the whole day of a zone. */
export function createStocks({ STOCKS_TZ: tz = "America/New_York" }: StocksSettings = {}): Domain {
  const calendar = createCalendar(tz);
  const quote = createQuote(calendar);
  const analysis = createAnalysis(calendar);
  const hotList = createHotList(calendar);
  return defineDomain({
    name: "stocks",
    description: "Quotes and fundamentals of listed companies",
    entries: [quote, info, hotList, screen, analysis],
    warmup: {
      parts: [
        { entries: [quote, info, analysis], targets: createTargets(calendar) },
        { entries: [hotList], targets: fixedTargets([{ limit: hotStocks }]) },
        { entries: [screen], targets: fixedTargets([{ limit: firstScreen }]) },
      ],
      force: "replace",
    },
    archive,
    changes,
    existing: [{ source: "stocks", entries: [quote, info, analysis], ids: allStockCodes }],
    schedules,
    retry: { attempts: 4, backoff: "10s" },
    files,
    demo,
  });
}
