import { parseEnv, port } from "@caretaker/service";

/** Where the demo's processes listen. */
export const readEnv = () => parseEnv({ API_PORT: port(3000), BOARD_PORT: port(3001), WORKER_PORT: port(3002) });
