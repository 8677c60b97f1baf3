import pg from "pg";

/** Looks all the time how long transactions that hold a lock of a table, that of writers unless said otherwise, have been open, over a connection of its own. */
export async function watchLocks(databaseUrl: string, table: string, mode: "RowExclusiveLock" | "AccessExclusiveLock" = "RowExclusiveLock") {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: "caretaker bench" });
  await client.connect();
  const text = `
    select max(extract(epoch from clock_timestamp() - xact_start) * 1000)::float8 as ms from pg_stat_activity join pg_locks using (pid)
    where relation = $1::regclass and mode = $2 and granted and pid <> pg_backend_pid()`;
  let [longest, watching] = [0, true];
  const done = (async () => {
    while (watching) {
      const { rows } = await client.query({ name: "watch", text, values: [table, mode] });
      longest = Math.max(longest, rows[0]?.ms ?? 0);
    }
  })();
  return {
    /** The longest one that was seen, ms. */
    async stop(): Promise<number> {
      watching = false;
      await done;
      await client.end();
      return longest;
    },
  };
}
