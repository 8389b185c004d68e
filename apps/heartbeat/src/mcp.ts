import { serve } from "@paios/shared/serve";
import { front } from "./front.ts";

/** The tools over stdio or, with --http, over HTTP. */
export function serveTools(): void {
  // `serve` reads the arguments of a program that is nothing but a server.
  process.argv.splice(2, 1);
  serve(front);
}
