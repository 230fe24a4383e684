/** Serves a page of somebody's own site, on an origin of its own, or passes requests on. */

import { createServer, request as httpRequest, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

export interface OwnSite {
  origin: string;
  /** Serve this text as every page from now on, with these headers. */
  serve(html: string, headers?: Record<string, string>): void;
  close(): Promise<void>;
}

/** Start a server on a free port of loopback. */
export async function listen(answer: RequestListener) {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        // Browsers keep connections open, some of them unused.
        server.closeAllConnections();
      }),
  };
}

/** Start a site whose every page is the text that is given last. */
export async function ownSite(): Promise<OwnSite> {
  let page = "";
  let sent: Record<string, string> = {};
  const server = await listen((_, response) => {
    response.writeHead(200, { "Content-Type": "text/html; charset=utf-8", ...sent });
    response.end(page);
  });
  return {
    ...server,
    serve(html, headers = {}) {
      page = html;
      sent = headers;
    },
  };
}

/** Start a reverse proxy in front of a server of this machine, which names that server as `Host`. */
export async function reverseProxy(upstream: string, added: Record<string, string>) {
  const { host } = new URL(upstream);
  return listen((asked, response) => {
    const headers = { ...asked.headers, host, ...added };
    const passed = httpRequest(`${upstream}${asked.url}`, { method: asked.method, headers });
    passed.on("error", () => response.destroy());
    passed.on("response", (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    asked.pipe(passed);
  });
}
