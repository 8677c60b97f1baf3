import { once } from "node:events";
import { text } from "node:stream/consumers";
import { SMTPServer } from "smtp-server";

/** An SMTP server that never takes mail for `never@…`, takes that for `later@…` when it is asked again, and tells its parent what it took. */
const asked = new Set<string>();
const refusal = (responseCode: number, words: string) => Object.assign(new Error(words), { responseCode });

const server = new SMTPServer({
  disabledCommands: ["AUTH", "STARTTLS"],
  onRcptTo({ address }, _session, answer) {
    if (address.startsWith("never@")) return answer(refusal(550, "no such mailbox"));
    if (address.startsWith("later@") && !asked.has(address)) {
      asked.add(address);
      return answer(refusal(450, "mailbox busy"));
    }
    answer();
  },
  onData(stream, session, answer) {
    text(stream).then((raw) => {
      process.send?.({
        from: session.envelope.mailFrom ? session.envelope.mailFrom.address : "",
        to: session.envelope.rcptTo.map(({ address }) => address),
        raw,
      });
      answer();
    }, answer);
  },
});

server.listen(0, "127.0.0.1");
await once(server.server, "listening");
process.send?.({ port: (server.server.address() as { port: number }).port });
process.on("disconnect", () => process.exit());
