/** Serves a page of somebody's own site, on an origin of its own. */

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface OwnSite {
  origin: string;
  /** Serve this text as every page from now on. */
  serve(html: string): void;
  close(): Promise<void>;
}

/** Start a server on a free port of loopback. */
export async function ownSite(): Promise<OwnSite> {
  let page = "";
  const server: Server = createServer((_, response) => {
    response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" });
    response.end(page);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    serve(html) {
      page = html;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
