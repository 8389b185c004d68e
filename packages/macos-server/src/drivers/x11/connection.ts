import { accessSync, constants, statSync } from "node:fs";
import { errorCode, UserError } from "@paios/shared/errors";
import type { Client, Display, Reply, Screen } from "x11";
import { failure } from "../../failure.ts";
import type { Environment } from "../program.ts";

/** A connection to an X server. */
export interface Connection {
  display: Display;
  screen: Screen;
  /** Makes requests and waits for their replies, 5 s at most; a request's own error rejects. */
  ask: <T>(send: (client: Client, reply: Reply<T>) => void) => Promise<T>;
  ended: () => boolean;
  close: () => void;
}

const patienceMs = 5_000;

/** Connects to the X server that DISPLAY names. Throws `no_desktop` or `denied`. */
export async function openConnection(environment: Environment): Promise<Connection> {
  const name = environment["DISPLAY"] ?? "";
  if (!/^[\w./-]*:\d{1,5}(\.\d{1,3})?$/.test(name)) throw failure("no_desktop", "DISPLAY is not the name of a display. Set it as in the desktop's own terminal, for example :0.");
  const { default: x11 } = await import("x11");
  let made: Client | undefined;
  const { client, display } = await within(
    name,
    new Promise<{ client: Client; display: Display }>((resolve, reject) => {
      made = x11.createClient({ display: name, shm: false, ...(cookieIsReadable(environment) ? {} : { auth: { name: "", data: "" } }) }, (error, opened) => {
        if (error) reject(unreachable(name, error));
        else resolve({ client: opened.client, display: opened });
      });
      // What concerns a request reaches that request; what ends the connection shows in `ended`.
      made.on("error", (error) => reject(unreachable(name, error)));
    }),
  ).catch((error: unknown) => {
    made?.stream?.destroy();
    throw error;
  });
  const screen = display.screen[Number(/\.(\d+)$/.exec(name)?.[1] ?? 0)];
  if (!screen) throw failure("no_desktop", `The X server has no such screen: DISPLAY is ${name}. Set it as in the desktop's own terminal.`);
  let gone = false;
  const waiting = new Set<(error: Error) => void>();
  const close = () => {
    gone = true;
    client.stream?.destroy();
    for (const reject of waiting) reject(failure("no_desktop", `The X server ${name} closed the connection. Is the desktop session over? Try again.`));
  };
  client.on("end", close);
  client.stream?.on("close", close);

  freeWhatWasRead(client);

  const ask: Connection["ask"] = async (send) => {
    let reject: (error: Error) => void = () => {};
    try {
      return await within(
        name,
        new Promise((resolve, refuse) => {
          waiting.add((reject = refuse));
          if (gone) return refuse(failure("no_desktop", `The X server ${name} is gone. Try again.`));
          send(client, (error, reply) => {
            if (error) refuse(error);
            else resolve(reply);
            return true;
          });
        }),
      );
    } catch (error) {
      if (error instanceof UserError) close();
      throw error;
    } finally {
      waiting.delete(reject);
    }
  };
  return { display, screen, ask, ended: () => gone, close };
}

/**
 * A picture arrives in hundreds of parts, which the library copies into one. The collector does not see how large they
 * are, so their memory is given back as soon as all of them were copied.
 */
function freeWhatWasRead(client: Client): void {
  const { pack_stream: reading, stream } = client;
  // How much arrived and was not copied yet is the library's own affair: another version may not tell.
  if (typeof reading._length !== "number") return;
  let parts: Buffer[] = [];
  stream?.on("data", (part) => {
    parts.push(part);
    if (reading._length !== 0) return;
    for (const { buffer } of parts) if (buffer instanceof ArrayBuffer && buffer.byteLength >= 16_384) buffer.transfer(0);
    parts = [];
  });
}

/** npm x11 throws outside of any call when the cookie file is there and cannot be read. */
function cookieIsReadable(environment: Environment): boolean {
  const path = environment["XAUTHORITY"] || `${environment["HOME"] ?? ""}/.Xauthority`;
  try {
    accessSync(path, constants.R_OK);
    return statSync(path).isFile();
  } catch (error) {
    return errorCode(error) === "ENOENT";
  }
}

function unreachable(name: string, error: Error): Error {
  // Who is refused may be told so, or find the connection closed while still speaking.
  if (/^X server connection failed|closed before setup/.test(error.message) || ["EPIPE", "ECONNRESET"].includes(errorCode(error))) {
    return failure("denied", `The X server ${name} refused the connection. Set XAUTHORITY to the cookie file of the desktop session, or run \`xhost +si:localuser:$USER\` in it.`);
  }
  return failure("no_desktop", `There is no X server at ${name}. Start the desktop, or set DISPLAY as in its own terminal.`);
}

async function within<T>(name: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new UserError("timed_out", `The X server ${name} did not answer within ${patienceMs / 1_000} s. Is the desktop stopped or very busy? Try again.`)), patienceMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
