import type { RequestHandler } from "express";
import helmet from "helmet";

const self = ["'self'"];

/** Bull Board has inline styles, and a link to outside fonts that stays unanswered: system fonts serve. */
const headers = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: self,
      styleSrc: [...self, "'unsafe-inline'"],
      imgSrc: [...self, "data:"],
      baseUri: self,
      formAction: self,
      frameAncestors: ["'none'"],
    },
  },
  strictTransportSecurity: false, // for whatever answers TLS to decide
  frameguard: { action: "deny" },
  referrerPolicy: { policy: "same-origin" }, // with "no-referrer", browsers send forms with the Origin null
});

/** Security headers; what was shown to somebody is not kept for whoever uses the browser next. */
export const securityHeaders: RequestHandler = (request, response, next) => {
  response.setHeader("Cache-Control", request.path.startsWith("/static/") ? "private, no-cache" : "no-store");
  headers(request, response, next);
};
