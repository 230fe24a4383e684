/** Signs a call of the local Invoke API (AWS Signature Version 4), as the SDKs do. */

import { createHash, createHmac } from "node:crypto";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string) =>
  createHmac("sha256", key).update(text).digest();

/** Return the headers of a `POST`; `keys` are those of the running host, as `id:secret`. */
export function signed(address: URL, body: string, keys: string): Record<string, string> {
  const [id, secret] = keys.split(":");
  const date = new Date().toISOString().replace(/[-:]|\.\d{3}/g, "");
  const scope = [date.slice(0, 8), "us-east-1", "lambda", "aws4_request"];
  const path = encodeURI(address.pathname);
  const headers = `host:${address.host}\nx-amz-date:${date}\n`;
  const canonical = ["POST", path, "", headers, "host;x-amz-date", sha256(body)].join("\n");
  const key = scope.reduce<string | Buffer>(hmac, `AWS4${secret}`);
  const text = ["AWS4-HMAC-SHA256", date, scope.join("/"), sha256(canonical)].join("\n");
  const signature = hmac(key, text).toString("hex");
  return {
    "X-Amz-Date": date,
    Authorization: `AWS4-HMAC-SHA256 Credential=${id}/${scope.join("/")}, SignedHeaders=host;x-amz-date, Signature=${signature}`,
  };
}
