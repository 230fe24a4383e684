// Written by `npm run types` from the OpenAPI document; do not edit.

export interface paths {
    "/track": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send events
         * @description Takes one event or a batch from any site's page. What is answered with 204 is stored safely; it may still be dropped later, for instance because no site has the tracking id.
         */
        post: operations["track"];
        delete?: never;
        /** Preflight of a JSON body */
        options: operations["track_preflight"];
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/pixel.gif": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Send one event by an image
         * @description For mail and pages without scripts. The body is always the image, the status the true one.
         */
        get: operations["track_pixel"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke an API key
         * @description It stops at once.
         */
        delete: operations["revoke_key_api_v1_keys__id__delete"];
        /**
         * Preflight
         * @description Answers allowed origins with the headers of CORS.
         */
        options: operations["preflight_api_v1_keys_id_"];
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Register
         * @description Makes an account, mails a link to confirm its address, and logs in.
         */
        post: operations["register_auth_register_post"];
        delete?: never;
        /**
         * Preflight
         * @description Answers allowed origins with the headers of CORS.
         */
        options: operations["preflight_auth_register"];
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log in
         * @description Answers an access token and sets the cookie by which it is renewed, and one by which the browser is known: strangers' attempts do not shut it out.
         */
        post: operations["log_in_auth_login_post"];
        delete?: never;
        /**
         * Preflight
         * @description Answers allowed origins with the headers of CORS.
         */
        options: operations["preflight_auth_login"];
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Renew the access token
         * @description Takes the refresh cookie and sets its successor. Within 10 seconds the same cookie gets the same successor; its use after that ends the log-in.
         */
        post: operations["refresh_auth_refresh_post"];
        delete?: never;
        /**
         * Preflight
         * @description Answers allowed origins with the headers of CORS.
         */
        options: operations["preflight_auth_refresh"];
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log out
         * @description Ends the log-in of the refresh cookie, or every log-in of its account.
         */
        post: operations["log_out_auth_logout_post"];
        delete?: never;
        /**
         * Preflight
         * @description Answers allowed origins with the headers of CORS.
         */
        options: operations["preflight_auth_logout"];
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The caller's account */
        get: operations["show_auth_me_get"];
        put?: never;
        post?: never;
        /**
         * Delete the caller's account
         * @description Deletes the account and the sites it owns, for good; what is stored of them goes within minutes.
         */
        delete: operations["delete_auth_me_delete"];
        /**
         * Preflight
         * @description Answers allowed origins with the headers of CORS.
         */
        options: operations["preflight_auth_me"];
        head?: never;
        /**
         * Change the caller's account
         * @description A new password ends every log-in and opens one for the caller, whose cookie is renewed; the access token has ended with its log-in. The owner is told by mail.
         */
        patch: operations["change_auth_me_patch"];
        trace?: never;
    };
    "/auth/me/confirmation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for another confirmation mail
         * @description Mails a fresh link where the address is not confirmed yet; else nothing.
         */
        post: operations["ask_again_auth_me_confirmation_post"];
        delete?: never;
        /**
         * Preflight
         * @description Answers allowed origins with the headers of CORS.
         */
        options: operations["preflight_auth_me_confirmation"];
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Invite somebody
         * @description Mails an invitation, which works for seven days and for that address only. One that is repeated within the hour is not mailed again.
         */
        post: operations["invite_auth_invitations_post"];
        delete?: never;
        /**
         * Preflight
         * @description Answers allowed origins with the headers of CORS.
         */
        options: operations["preflight_auth_invitations"];
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/password/forgot": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for a new password
         * @description Mails a link where the address has an account; the answer does not tell.
         */
        post: operations["forgot_auth_password_forgot_post"];
        delete?: never;
        /**
         * Preflight
         * @description Answers allowed origins with the headers of CORS.
         */
        options: operations["preflight_auth_password_forgot"];
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/password/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Choose a new password
         * @description Takes the token of the mail, once. Every log-in of the account ends, and its API keys unless they are to stay. The owner is told by mail.
         */
        post: operations["reset_auth_password_reset_post"];
        delete?: never;
        /**
         * Preflight
         * @description Answers allowed origins with the headers of CORS.
         */
        options: operations["preflight_auth_password_reset"];
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm a mail address
         * @description Takes the token of the mail, once. The first time, all that was made before ends: every log-in but that of the cookie, API keys, invitations, other links. Without the cookie of a log-in of the account, `password` is needed and becomes its password.
         */
        post: operations["confirm_auth_confirm_post"];
        delete?: never;
        /**
         * Preflight
         * @description Answers allowed origins with the headers of CORS.
         */
        options: operations["preflight_auth_confirm"];
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** API keys */
        get: operations["list_keys_api_v1_keys_get"];
        put?: never;
        /**
         * Make an API key
         * @description The answer is the only one that holds the key itself. The account must be confirmed; its owner is told by mail.
         */
        post: operations["issue_key_api_v1_keys_post"];
        delete?: never;
        /**
         * Preflight
         * @description Answers allowed origins with the headers of CORS.
         */
        options: operations["preflight_api_v1_keys"];
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Newest events
         * @description The events of the caller's sites, newest first, a page at a time.
         */
        get: operations["list_events_api_v1_events_get"];
        put?: never;
        post?: never;
        delete?: never;
        /**
         * Preflight
         * @description Answers allowed origins with the headers of CORS.
         */
        options: operations["preflight_api_v1_events"];
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reports/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Figures of a range
         * @description Visits belong to the instant they began, page views and events to their own; a range's visitors are those with a page view or event in it. Bots are left out. With filters, only what happened in visits that fit is counted.
         */
        get: operations["show_summary_api_v1_reports_summary_get"];
        put?: never;
        post?: never;
        delete?: never;
        /**
         * Preflight
         * @description Answers allowed origins with the headers of CORS.
         */
        options: operations["preflight_api_v1_reports_summary"];
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reports/breakdown": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Values of a dimension
         * @description Of an attribute of visits, a row counts what the summary does under a filter for its value. Of `page`, `event`, `outbound`, `download` and `payload`, it counts these views or events themselves, their visitors, and the visits that began in the range and contain one.
         */
        get: operations["show_breakdown_api_v1_reports_breakdown_get"];
        put?: never;
        post?: never;
        delete?: never;
        /**
         * Preflight
         * @description Answers allowed origins with the headers of CORS.
         */
        options: operations["preflight_api_v1_reports_breakdown"];
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reports/bots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Bots' events by a dimension
         * @description Who the bots of a range were, and what they asked for. The summary says how many events were theirs, by reason; no other report counts them. `browser` is the name that a bot gave itself. Of days past the site's retention only the summary is left.
         */
        get: operations["show_bots_api_v1_reports_bots_get"];
        put?: never;
        post?: never;
        delete?: never;
        /**
         * Preflight
         * @description Answers allowed origins with the headers of CORS.
         */
        options: operations["preflight_api_v1_reports_bots"];
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reports/quality": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Data quality of a range
         * @description What of a range's events is in no report: those that were dropped, by reason, and those whose id came again with another content.
         */
        get: operations["show_quality_api_v1_reports_quality_get"];
        put?: never;
        post?: never;
        delete?: never;
        /**
         * Preflight
         * @description Answers allowed origins with the headers of CORS.
         */
        options: operations["preflight_api_v1_reports_quality"];
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export
         * @description The events of a range, oldest first and bots' marked; its figures day by day; or all values of a dimension, with `exact` as in the reports. A page has at most 5 MB. In CSV, text that a spreadsheet could take for a formula begins with an apostrophe. Of days that the site's retention has ended there are figures, and no events.
         */
        get: operations["export_api_v1_export_get"];
        put?: never;
        post?: never;
        delete?: never;
        /**
         * Preflight
         * @description Answers allowed origins with the headers of CORS.
         */
        options: operations["preflight_api_v1_export"];
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * This document
         * @description The OpenAPI 3.1 document of the whole API.
         */
        get: operations["describe_api_v1_openapi_json_get"];
        put?: never;
        post?: never;
        delete?: never;
        /**
         * Preflight
         * @description Answers allowed origins with the headers of CORS.
         */
        options: operations["preflight_api_v1_openapi_json"];
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sites/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A site */
        get: operations["show_site_api_v1_sites__id__get"];
        put?: never;
        post?: never;
        /**
         * Delete a site
         * @description Only its owner may. It is gone at once; `Location` leads to the job that then erases what is stored of it.
         */
        delete: operations["delete_site_api_v1_sites__id__delete"];
        /**
         * Preflight
         * @description Answers allowed origins with the headers of CORS.
         */
        options: operations["preflight_api_v1_sites_id_"];
        head?: never;
        /**
         * Change a site
         * @description What is left out stays; fields not named here are ignored, so a site may be sent back as it was read. Only its owner may. It takes effect on events within 30 seconds. Another time zone cuts the days of all reports anew, which takes a while. Another `paceLimit` counts all days within the site's retention anew, in a minute or two.
         */
        patch: operations["change_site_api_v1_sites__id__patch"];
        trace?: never;
    };
    "/api/v1/sites/{id}/snippet": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A site's snippet
         * @description The line to be put into the site's pages.
         */
        get: operations["show_snippet_api_v1_sites__id__snippet_get"];
        put?: never;
        post?: never;
        delete?: never;
        /**
         * Preflight
         * @description Answers allowed origins with the headers of CORS.
         */
        options: operations["preflight_api_v1_sites_id_snippet"];
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sites/{id}/goals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A site's goals */
        get: operations["list_goals_api_v1_sites__id__goals_get"];
        put?: never;
        /**
         * Add a goal
         * @description Reports count it for all of the site's visits, those before it too. Only the site's owner may.
         */
        post: operations["add_goal_api_v1_sites__id__goals_post"];
        delete?: never;
        /**
         * Preflight
         * @description Answers allowed origins with the headers of CORS.
         */
        options: operations["preflight_api_v1_sites_id_goals"];
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sites/{id}/goals/{goalId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete a goal
         * @description Only the site's owner may.
         */
        delete: operations["delete_goal_api_v1_sites__id__goals__goalId__delete"];
        /**
         * Preflight
         * @description Answers allowed origins with the headers of CORS.
         */
        options: operations["preflight_api_v1_sites_id_goals_goal_d_"];
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A job
         * @description `result` of an erasure counts the `events` and `visits` removed from the numbers, the `buckets` of stored events and the `rejections` that were rewritten, and the site's `sealedDays`, of which only totals are left, and stay. Of an audit it lists differences.
         */
        get: operations["show_job_api_v1_jobs__id__get"];
        put?: never;
        post?: never;
        delete?: never;
        /**
         * Preflight
         * @description Answers allowed origins with the headers of CORS.
         */
        options: operations["preflight_api_v1_jobs_id_"];
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sites/{id}/visitors/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Erase a visitor by path
         * @description Removes what is stored of a visitor up to now; who comes back later counts anew. Asked again, nothing more happens. Those of a site that are asked for meanwhile are done together, at most 500 of them. Only the site's owner may. For ids of letters, digits, blanks and `-._~@:+,` alone: others, and `.` and `..`, do not arrive as they are, so they go to `POST …/erasures`.
         */
        delete: operations["erase_visitor_api_v1_sites__id__visitors__userId__delete"];
        /**
         * Preflight
         * @description Answers allowed origins with the headers of CORS.
         */
        options: operations["preflight_api_v1_sites_id_visitors_user_d_"];
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sites/{id}/erasures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Erase a visitor
         * @description Removes what is stored of a visitor up to now; who comes back later counts anew. Asked again, nothing more happens. Those of a site that are asked for meanwhile are done together, at most 500 of them. Only the site's owner may.
         */
        post: operations["request_erasure_api_v1_sites__id__erasures_post"];
        delete?: never;
        /**
         * Preflight
         * @description Answers allowed origins with the headers of CORS.
         */
        options: operations["preflight_api_v1_sites_id_erasures"];
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sites/{id}/audits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Audit a site
         * @description Holds the site's numbers against its stored events and names each difference. Only its owner may.
         */
        post: operations["audit_site_api_v1_sites__id__audits_post"];
        delete?: never;
        /**
         * Preflight
         * @description Answers allowed origins with the headers of CORS.
         */
        options: operations["preflight_api_v1_sites_id_audits"];
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sites": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Sites */
        get: operations["list_sites_api_v1_sites_get"];
        put?: never;
        /**
         * Add a site
         * @description The caller becomes its owner. Fields not named here are ignored; `trackingId` is always given by the server.
         */
        post: operations["add_site_api_v1_sites_post"];
        delete?: never;
        /**
         * Preflight
         * @description Answers allowed origins with the headers of CORS.
         */
        options: operations["preflight_api_v1_sites"];
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description One event. Unknown fields are ignored. */
        TrackedEvent: {
            /** @description Identifies the event within its site, best a UUIDv7 made in the browser: what is sent twice with one id counts once. Made on arrival where missing. */
            id?: string;
            /** @description The site's tracking id, `pt_…`. */
            siteId: string;
            /**
             * @description `pageview`, `click`, `session_start` or a name of the site's own; `ping`, `engagement`, `outbound`, `download` and `form` are reserved.
             * @example pageview
             */
            eventType: string;
            /**
             * @description Address of the page; a relative one is resolved against the site's own.
             * @example https://example.com/pricing?utm_source=x
             */
            url: string;
            /** @description Address of the page before. */
            referrer?: string;
            /** @description Title of the page; cut after 512 characters. */
            title?: string;
            /**
             * @description When it happened, ISO 8601 by the browser's clock; the time of arrival where missing.
             * @example 2026-11-22T10:00:00.000Z
             */
            timestamp?: string;
            /** @description Id of the visitor, as the tracker keeps it. */
            userId?: string;
            /**
             * @description Width and height in pixels.
             * @example 1440x900
             */
            screen?: string;
            /**
             * @description Language of the browser.
             * @example en-GB
             */
            language?: string;
            /**
             * @description IANA time zone of the browser.
             * @example Europe/Moscow
             */
            timezone?: string;
            /**
             * @description How many fingers the screen tells apart (`navigator.maxTouchPoints`): an iPad says it is a Mac, this says it is a tablet.
             * @example 5
             */
            touchPoints?: number;
            /**
             * @description Whatever else the page says, up to 8 KiB of JSON; `elementText` is cut after 100 characters.
             * @example {
             *       "elementId": "buy",
             *       "elementTag": "BUTTON",
             *       "elementText": "Buy now"
             *     }
             */
            payload?: Record<string, never>;
        };
        /** @description Several events in one request; taken or refused as a whole. */
        TrackedBatch: {
            events: components["schemas"]["TrackedEvent"][];
            /** @description The browser's clock as it sends, ISO 8601 or milliseconds since the epoch; corrects the events' clock. */
            sentAt?: string | number;
        };
        /** @description What is to change of an account; what is left out stays. */
        ChangedUser: {
            /** @description What the person is called; may be null. */
            name?: string | null;
            /** @description Language of dashboard and mails. */
            language?: components["schemas"]["Language"];
            /**
             * Format: password
             * @description A new password, which ends all log-ins. Longer than 8 characters without blanks, at least 4 of them different, with a letter and a digit; neither one of the most common ones nor made of the mail address.
             */
            password?: string;
            /**
             * Format: password
             * @description The password so far; needed with `password`.
             */
            currentPassword?: string;
            /**
             * @description Whether a new password revokes the API keys, too.
             * @default false
             */
            revokeKeys?: boolean;
        };
        /** @description Proof that a mail arrived. */
        Confirmation: {
            /** @description The token from the mail. */
            token: string;
            /** @description The account's password from then on; needed where the request has no cookie of a log-in of the account. Longer than 8 characters without blanks, at least 4 of them different, with a letter and a digit; neither one of the most common ones nor made of the mail address. */
            password?: string | null;
        };
        /** @description It is done, and there is nothing to say. */
        Done: {
            /**
             * @description Always true.
             * @default true
             */
            done?: boolean;
        };
        /** @description Proof that the account's owner wants it deleted. */
        Farewell: {
            /**
             * Format: password
             * @description The account's password.
             */
            password: string;
        };
        /** @description Whose password was forgotten. */
        Forgotten: {
            /**
             * @description Mail address of the account.
             * @example name@example.com
             */
            email: string;
        };
        /** @description A new API key: the only answer that holds the key itself. */
        IssuedKey: {
            /** @description The key's id, by which it is revoked. */
            id: string;
            /** @description What its owner calls it. */
            name: string;
            /**
             * @description How the key begins.
             * @example ptk_Ab3dE6gH
             */
            prefix: string;
            /** @description What it may do. */
            scopes: components["schemas"]["Scope"][];
            /**
             * Format: date-time
             * @description When it was made, UTC.
             * @example 2026-11-22T10:00:00.000Z
             */
            createdAt: string;
            /** @description The key; it is shown this once and stored only as a hash. */
            key: string;
        };
        /** @description API keys, oldest first. */
        KeyList: {
            /** @description All live keys of the account. */
            keys: components["schemas"]["KeyView"][];
        };
        /** @description An API key, without the key. */
        KeyView: {
            /** @description The key's id, by which it is revoked. */
            id: string;
            /** @description What its owner calls it. */
            name: string;
            /**
             * @description How the key begins.
             * @example ptk_Ab3dE6gH
             */
            prefix: string;
            /** @description What it may do. */
            scopes: components["schemas"]["Scope"][];
            /**
             * Format: date-time
             * @description When it was made, UTC.
             * @example 2026-11-22T10:00:00.000Z
             */
            createdAt: string;
        };
        /**
         * @description A language of the dashboard and of mails.
         * @enum {string}
         */
        Language: "en" | "ru";
        /** @description Proof of who logs in. */
        Login: {
            /**
             * @description Mail address, however it is spelled.
             * @example name@example.com
             */
            email: string;
            /**
             * Format: password
             * @description The account's password.
             */
            password: string;
        };
        /** @description Which log-ins end. */
        Logout: {
            /**
             * @description Whether all the account's log-ins end, not this one alone.
             * @default false
             */
            everywhere?: boolean;
        };
        /** @description Whom to invite. */
        NewInvitation: {
            /**
             * @description Mail address to which the invitation goes.
             * @example name@example.com
             */
            email: string;
            /**
             * @description Language of the mail.
             * @default en
             */
            language?: components["schemas"]["Language"];
        };
        /** @description An API key to be made. */
        NewKey: {
            /** @description What its owner calls it. */
            name: string;
            /** @description What it may do. */
            scopes: components["schemas"]["Scope"][];
            /**
             * Format: password
             * @description The account's password.
             */
            currentPassword: string;
        };
        /** @description An error as RFC 9457 problem details. */
        ProblemDetails: {
            /** @description `about:blank`: the status says what kind of problem it is. */
            type: string;
            /** @description The status in words. */
            title: string;
            /** @description The HTTP status. */
            status: number;
            /** @description What happened here, for people. */
            detail: string;
            /** @description Names the request in the logs; also in `X-Request-Id`. */
            requestId: string;
            /** @description The refused fields; only where input was refused. */
            errors?: components["schemas"]["ProblemField"][] | null;
        };
        /** @description One refused field. */
        ProblemField: {
            /** @description Path of the field, such as `limit` or `events[3].url`. */
            field: string;
            /** @description What is wrong with it. */
            message: string;
        };
        /** @description An account to be made. */
        Registration: {
            /**
             * @description Mail address; unique, however it is spelled.
             * @example name@example.com
             */
            email: string;
            /**
             * Format: password
             * @description Longer than 8 characters without blanks, at least 4 of them different, with a letter and a digit; neither one of the most common ones nor made of the mail address.
             */
            password: string;
            /** @description What the person is called. */
            name?: string | null;
            /**
             * @description Language of dashboard and mails.
             * @default en
             */
            language?: components["schemas"]["Language"];
            /** @description The token of an invitation; needed where only invited may. */
            invitation?: string | null;
        };
        /** @description A new password in the place of a forgotten one. */
        Reset: {
            /** @description The token from the mail. */
            token: string;
            /**
             * Format: password
             * @description Longer than 8 characters without blanks, at least 4 of them different, with a letter and a digit; neither one of the most common ones nor made of the mail address.
             */
            password: string;
            /**
             * @description Whether the API keys are revoked, too.
             * @default true
             */
            revokeKeys?: boolean;
        };
        /**
         * @description What an API key may do.
         * @enum {string}
         */
        Scope: "events:read" | "reports:read" | "sites:read" | "sites:write";
        /**
         * @description A log-in: the access token, for `Authorization: Bearer`, and whose it is.
         *
         *     The refresh token is in the cookie `pixeltrack_refresh`.
         */
        Session: {
            /** @description Access token (JWT). */
            token: string;
            /** @description Seconds for which the token is believed. */
            expiresIn: number;
            /** @description Whose log-in it is. */
            user: components["schemas"]["User"];
        };
        /** @description An account. */
        User: {
            /** @description The account's id. */
            id: string;
            /** @description Mail address. */
            email: string;
            /** @description What the person is called. */
            name: string | null;
            /** @description Language of dashboard and mails. */
            language: components["schemas"]["Language"];
            /** @description Whether the mail address was shown to be theirs. */
            confirmed: boolean;
            /**
             * Format: date-time
             * @description When it was made, UTC.
             * @example 2026-11-22T10:00:00.000Z
             */
            createdAt: string;
        };
        /** @description A page of the values of bots' events: most events first, then by value. */
        BotBreakdown: {
            /** @description What it covers. */
            range: components["schemas"]["RangeView"];
            /** @description The values of the page. */
            rows: components["schemas"]["BotRow"][];
            /** @description How many values there are on all pages. */
            total: number;
            /**
             * Format: date-time
             * @description Everything stored by then is in.
             * @example 2026-11-22T10:00:00.000Z
             */
            through: string;
        };
        /** @description One value of bots' events. */
        BotRow: {
            /** @description The value; empty for none. */
            value: string;
            /** @description The value for people; empty for none. */
            label: string;
            /** @description Distinct visitors that sent them. */
            visitors: number;
            /** @description Page views. */
            pageviews: number;
            /** @description Clicks and other events that are no page views. */
            events: number;
        };
        /** @description What was left out of everything else. */
        Bots: {
            /** @description Events of bots. */
            events: number;
            /** @description The same, by what gave them away. */
            byReason: {
                [key: string]: number;
            };
        };
        /** @description A page of the values of a dimension: most visitors first, then visits, then by value. */
        Breakdown: {
            /** @description What it covers. */
            range: components["schemas"]["RangeView"];
            /** @description The values of the page; fewer than `limit` where more would not fit into one answer (5 MB). */
            rows: components["schemas"]["Row"][];
            /** @description How many values there are on all pages. */
            total: number;
            /** @description Where to go on after the last row, to be given as `next`; null where there are no more values. */
            next: string | null;
            /** @description Whether every number is exact. Else some visitors are estimated, with a standard error of 0.8 %: those of closed days that have more visits than are counted one by one (300,000, if not set otherwise) or whose events are deleted, and more than 1,280 visitors. */
            exact: boolean;
            /**
             * Format: date-time
             * @description Everything stored by then is in.
             * @example 2026-11-22T10:00:00.000Z
             */
            through: string;
        };
        /**
         * @description What a range is compared with: nothing, the one before, the same dates a year before.
         * @enum {string}
         */
        Compare: "none" | "previous" | "year";
        /** @description The range that a report is held against. */
        Comparison: {
            /** @description Its days. */
            range: components["schemas"]["RangeView"];
            /** @description Its figures. */
            metrics: components["schemas"]["Metrics"];
            /** @description Its course. */
            series: components["schemas"]["Point"][];
            /** @description Whether every number is exact. Else some visitors are estimated, with a standard error of 0.8 %: those of closed days that have more visits than are counted one by one (300,000, if not set otherwise) or whose events are deleted, and more than 1,280 visitors. */
            exact: boolean;
        };
        /** @description Events that were refused after their receipt, and are counted nowhere. */
        Dropped: {
            /** @description How many. */
            events: number;
            /** @description The same, by reason, the most frequent first. */
            byReason: {
                [key: string]: number;
            };
            /** @description True where more than 10,000 were dropped. */
            isMore: boolean;
        };
        /** @description One event of a site; what is not known of it is null. */
        Event: {
            /** @description The event's id, unique within its site. */
            id: string;
            /** @description The site's id. */
            siteId: string;
            /**
             * @description `pageview`, `click`, `session_start` or a name of the site's own.
             * @example pageview
             */
            eventType: string;
            /**
             * Format: date-time
             * @description When it happened, UTC.
             * @example 2026-11-22T10:00:00.000Z
             */
            at: string;
            /**
             * Format: date-time
             * @description When it arrived, UTC.
             * @example 2026-11-22T10:00:00.000Z
             */
            receivedAt: string;
            /** @description Id of the visitor. */
            visitor: string;
            /** @description Address of the page. */
            url: string | null;
            /** @description Host of the page. */
            host: string | null;
            /** @description Path of the page. */
            path: string | null;
            /** @description Title of the page. */
            title: string | null;
            /** @description Address of the page before. */
            referrer: string | null;
            /** @description Host of the page before. */
            referrerHost: string | null;
            /** @description `utm_source` of the page's address. */
            utmSource: string | null;
            /** @description `utm_medium` of the page's address. */
            utmMedium: string | null;
            /** @description `utm_campaign` of the page's address. */
            utmCampaign: string | null;
            /** @description `utm_term` of the page's address. */
            utmTerm: string | null;
            /** @description `utm_content` of the page's address. */
            utmContent: string | null;
            /** @description An advertiser's click id in the page's address. */
            clickId: string | null;
            /**
             * @description ISO 3166 country code.
             * @example DE
             */
            country: string | null;
            /** @description English name of the region. */
            region: string | null;
            /** @description English name of the city. */
            city: string | null;
            /** @description Name of the browser. */
            browser: string | null;
            /** @description Version of the browser. */
            browserVersion: string | null;
            /** @description Name of the operating system. */
            os: string | null;
            /** @description Version of the operating system. */
            osVersion: string | null;
            /** @description `desktop`, `mobile`, `tablet` or `tv`. */
            device: string | null;
            /** @description What tells by itself that it is a bot's; null for others, although the pace of their visit may make them a bot's in reports. */
            bot: string | null;
            /** @description `hosting` where the address is a hosting provider's. */
            network: string | null;
            /**
             * @description Width and height in pixels.
             * @example 1440x900
             */
            screen: string | null;
            /**
             * @description Language of the browser.
             * @example en-GB
             */
            language: string | null;
            /** @description IANA time zone of the browser. */
            timezone: string | null;
            /** @description What the page sent with the event. */
            payload: {
                [key: string]: unknown;
            } | null;
        };
        /** @description A page of the feed, newest first. */
        EventPage: {
            /** @description The events; fewer than `limit` may come although `next` is set. */
            events: components["schemas"]["Event"][];
            /** @description Where to go on, to be given as `before`; null where nothing is older. */
            next: string | null;
        };
        /**
         * @description How an export is written.
         * @enum {string}
         */
        Format: "csv" | "jsonl";
        /** @description How often a goal was reached. */
        GoalFigures: {
            /** @description The goal's id. */
            id: string;
            /** @description The goal's name. */
            name: string;
            /** @description Visits of the range that reached it; null where the range goes back to days whose events are gone, and the goal matches several pages. */
            conversions: number | null;
            /** @description Conversions by visits; null without either. */
            rate: number | null;
        };
        /**
         * @description What one point of a series stands for.
         * @enum {string}
         */
        Interval: "hour" | "day" | "month";
        /** @description What is counted of a range. */
        Metrics: {
            /** @description Distinct visitors. */
            visitors: number;
            /** @description Visits that began in the range. */
            visits: number;
            /** @description Page views. */
            pageviews: number;
            /** @description Clicks and other events that are no page views. */
            events: number;
            /** @description Part of the visits that were one page view and nothing else; null without visits. */
            bounceRate: number | null;
            /** @description Mean duration of a visit in seconds; null without visits. */
            visitDuration: number | null;
            /** @description Page views by visits; null without visits. */
            viewsPerVisit: number | null;
        };
        /**
         * @description A range by name, spelled as in the API.
         * @enum {string}
         */
        Period: "day" | "yesterday" | "week" | "month" | "year" | "7d" | "30d" | "90d" | "12mo" | "all" | "custom";
        /** @description One point of a series. */
        Point: {
            /**
             * Format: date-time
             * @description Where it begins, UTC.
             * @example 2026-11-22T10:00:00.000Z
             */
            at: string;
            /** @description Distinct visitors. */
            visitors: number;
            /** @description Visits that began in it. */
            visits: number;
            /** @description Page views. */
            pageviews: number;
            /** @description As in the summary; null without visits. */
            bounceRate: number | null;
            /** @description Likewise. */
            visitDuration: number | null;
            /** @description Whether its visitors are counted, not estimated. */
            exact: boolean;
        };
        /** @description What of a range's events is in no report. */
        QualityReport: {
            /** @description What it covers. */
            range: components["schemas"]["RangeView"];
            /** @description Events dropped in the range, by when they were; kept for 30 days. */
            dropped: components["schemas"]["Dropped"];
            /** @description Events of the range whose id came again with another content. The first received is counted and shown, the others are not: ids must not be guessable. */
            conflicts: number;
            /**
             * Format: date-time
             * @description Everything stored by then is in.
             * @example 2026-11-22T10:00:00.000Z
             */
            through: string;
        };
        /** @description The days that a report covers, in a zone; today is among them as far as it has come. */
        RangeView: {
            /**
             * Format: date
             * @description The first day.
             * @example 2026-11-22
             */
            from: string;
            /**
             * Format: date
             * @description The last day.
             * @example 2026-11-22
             */
            to: string;
            /**
             * @description IANA name of the zone.
             * @example Europe/Moscow
             */
            timezone: string;
            /** @description What a point of the series stands for. */
            interval: components["schemas"]["Interval"];
        };
        /** @description One value of a dimension. */
        Row: {
            /** @description The value, as a filter takes it; empty for none, null for all those that closed days do not keep one by one. */
            value: string | null;
            /** @description The value for people; empty for none. */
            label: string;
            /** @description Distinct visitors. */
            visitors: number;
            /** @description Visits that began in the range. */
            visits: number;
            /** @description Page views. */
            pageviews: number;
            /** @description Clicks and other events that are no page views. */
            events: number;
            /** @description As in the summary, of the row's visits. */
            bounceRate: number | null;
            /** @description Likewise. */
            visitDuration: number | null;
            /** @description Its visitors by all visitors of the range. */
            share: number;
            /** @description Whether its visitors are counted, and it is counted on every day; closed days of many visits keep the 500 most frequent values. */
            exact: boolean;
            /** @description Visits that reached the goal; null where none was asked for. */
            conversions: number | null;
            /** @description Conversions by visits, likewise. */
            conversionRate: number | null;
        };
        /** @description The figures of a range. */
        Summary: {
            /** @description What it covers. */
            range: components["schemas"]["RangeView"];
            /** @description The figures. */
            metrics: components["schemas"]["Metrics"];
            /** @description Whether every number is exact. Else some visitors are estimated, with a standard error of 0.8 %: those of closed days that have more visits than are counted one by one (300,000, if not set otherwise) or whose events are deleted, and more than 1,280 visitors. */
            exact: boolean;
            /** @description What was asked to compare with. */
            comparison: components["schemas"]["Comparison"] | null;
            /** @description The course of the range, without gaps. */
            series: components["schemas"]["Point"][];
            /** @description The site's goals, oldest first. */
            goals: components["schemas"]["GoalFigures"][];
            /** @description Bots, which no filter applies to. */
            bots: components["schemas"]["Bots"];
            /**
             * Format: date-time
             * @description Everything stored by then is in.
             * @example 2026-11-22T10:00:00.000Z
             */
            through: string;
        };
        /** @description What is to change of a site; what is left out stays. */
        ChangedSite: {
            /**
             * @description Address of the site; relative addresses of events are resolved against it.
             * @example https://example.com
             */
            url?: string;
            /** @description What its members call it. */
            name?: string;
            /**
             * @description IANA time zone in which its days begin.
             * @example Europe/Moscow
             */
            timezone?: string;
            /** @description `active`, or `paused`: events that arrive are then dropped. */
            status?: components["schemas"]["SiteStatus"];
            /** @description Days for which its numbers are kept. */
            retentionDays?: number;
            /** @description How visitors are told apart: `storage` (an id kept by the tracker) or `cookieless` (a hash that changes daily). */
            identity?: components["schemas"]["Identity"];
            /** @description Addresses and networks whose events do not count. */
            excludedIps?: string[];
            /** @description Hosts whose pages may send events, each with its subdomains; empty means any. */
            allowedDomains?: string[];
            /** @description Page views within 60 seconds above which a visit counts as a bot's, reason `pace`, from its first event to its last: 10 to 600, or 0 for no limit. */
            paceLimit?: number;
            /** @description Whose events from hosting providers' networks are left out as bots': `suspicious` (desktop browsers that tell neither screen nor language), `all` or `none`. What is stored keeps what was decided as it arrived. */
            excludeHosting?: components["schemas"]["HostingExclusion"];
        };
        /** @description A goal to be made. */
        GoalDraft: {
            /** @description What its owner calls it. */
            name: string;
            /** @description `page`: a page is viewed; `event`: an event is sent that is no page view. */
            kind: components["schemas"]["GoalKind"];
            /** @description Of a page its path, in which `*` stands for any characters, as in `/shop/*\/thanks`; of an event its name. */
            pattern: string;
        };
        /**
         * @description What a goal looks for: a page viewed, or an event that is no page view.
         * @enum {string}
         */
        GoalKind: "page" | "event";
        /** @description Goals, oldest first. */
        GoalList: {
            /** @description All goals of the site. */
            goals: components["schemas"]["GoalView"][];
        };
        /** @description A goal. */
        GoalView: {
            /** @description The goal's id. */
            id: string;
            /** @description What its owner calls it. */
            name: string;
            /** @description `page`: a page is viewed; `event`: an event is sent that is no page view. */
            kind: components["schemas"]["GoalKind"];
            /** @description Of a page its path, in which `*` stands for any characters, as in `/shop/*\/thanks`; of an event its name. */
            pattern: string;
            /**
             * Format: date-time
             * @description When it was made, UTC.
             * @example 2026-11-22T10:00:00.000Z
             */
            createdAt: string;
        };
        /**
         * @description Whose events from hosting providers' networks count as bots'.
         *
         *     `SUSPICIOUS` are desktop browsers that tell neither screen nor language, as no tracker's do.
         * @enum {string}
         */
        HostingExclusion: "suspicious" | "all" | "none";
        /**
         * @description How a site tells visitors apart: the tracker's stored id, or a daily salted hash.
         * @enum {string}
         */
        Identity: "storage" | "cookieless";
        /**
         * @description What a job does.
         * @enum {string}
         */
        JobKind: "erase_visitor" | "erase_site" | "rezone" | "recount" | "audit";
        /**
         * @description Where a job stands.
         * @enum {string}
         */
        JobState: "queued" | "running" | "done" | "failed";
        /** @description Work that takes longer than a request. */
        JobView: {
            /** @description The job's id. */
            id: string;
            /** @description What it does. */
            kind: components["schemas"]["JobKind"];
            /** @description The site it works on. */
            siteId: string;
            /** @description How it stands. */
            state: components["schemas"]["JobState"];
            /** @description How much of it is done. */
            progress: number;
            /** @description What it came to, once it is done. */
            result: {
                [key: string]: unknown;
            } | null;
            /** @description Why it failed, where it did. */
            error: string | null;
            /**
             * Format: date-time
             * @description When it was asked for, UTC.
             * @example 2026-11-22T10:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description When it ended, UTC; null until then.
             * @example 2026-11-22T10:00:00.000Z
             */
            finishedAt: string | null;
        };
        /** @description Whom to erase. */
        NewErasure: {
            /** @description The visitor's id: `visitor` of an event, exactly as it is there, blanks included. */
            userId: string;
        };
        /** @description A site to be made. */
        NewSite: {
            /**
             * @description Address of the site; relative addresses of events are resolved against it.
             * @example https://example.com
             */
            url: string;
            /** @description What its members call it. */
            name: string;
            /**
             * @description IANA time zone in which its days begin.
             * @default UTC
             * @example Europe/Moscow
             */
            timezone?: string;
            /**
             * @description `active`, or `paused`: events that arrive are then dropped.
             * @default active
             */
            status?: components["schemas"]["SiteStatus"];
            /**
             * @description Days for which its numbers are kept.
             * @default 730
             */
            retentionDays?: number;
            /**
             * @description How visitors are told apart: `storage` (an id kept by the tracker) or `cookieless` (a hash that changes daily).
             * @default storage
             */
            identity?: components["schemas"]["Identity"];
            /**
             * @description Addresses and networks whose events do not count.
             * @default []
             */
            excludedIps?: string[];
            /**
             * @description Hosts whose pages may send events, each with its subdomains; empty means any.
             * @default []
             */
            allowedDomains?: string[];
            /**
             * @description Page views within 60 seconds above which a visit counts as a bot's, reason `pace`, from its first event to its last: 10 to 600, or 0 for no limit.
             * @default 60
             */
            paceLimit?: number;
            /**
             * @description Whose events from hosting providers' networks are left out as bots': `suspicious` (desktop browsers that tell neither screen nor language), `all` or `none`. What is stored keeps what was decided as it arrived.
             * @default suspicious
             */
            excludeHosting?: components["schemas"]["HostingExclusion"];
        };
        /** @description Sites, oldest first. */
        SiteList: {
            /** @description All the caller's sites. */
            sites: components["schemas"]["SiteView"][];
        };
        /**
         * @description Whether a site's events are taken.
         * @enum {string}
         */
        SiteStatus: "active" | "paused";
        /** @description A site. */
        SiteView: {
            /** @description The site's id: `siteId` in the API. */
            id: string;
            /** @description Address of the site; relative addresses of events are resolved against it. */
            url: string;
            /** @description What its members call it. */
            name: string;
            /** @description The public id in its snippet; it never changes. */
            trackingId: string;
            /** @description IANA time zone in which its days begin. */
            timezone: string;
            /** @description `active`, or `paused`: events that arrive are then dropped. */
            status: components["schemas"]["SiteStatus"];
            /** @description Days for which its numbers are kept. */
            retentionDays: number;
            /** @description How visitors are told apart: `storage` (an id kept by the tracker) or `cookieless` (a hash that changes daily). */
            identity: components["schemas"]["Identity"];
            /** @description Addresses and networks whose events do not count. */
            excludedIps: string[];
            /** @description Hosts whose pages may send events, each with its subdomains; empty means any. */
            allowedDomains: string[];
            /** @description Page views within 60 seconds above which a visit counts as a bot's, reason `pace`, from its first event to its last: 10 to 600, or 0 for no limit. */
            paceLimit: number;
            /** @description Whose events from hosting providers' networks are left out as bots': `suspicious` (desktop browsers that tell neither screen nor language), `all` or `none`. What is stored keeps what was decided as it arrived. */
            excludeHosting: components["schemas"]["HostingExclusion"];
            /**
             * Format: date-time
             * @description When it was made, UTC.
             * @example 2026-11-22T10:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description When it last changed, UTC.
             * @example 2026-11-22T10:00:00.000Z
             */
            updatedAt: string;
        };
        /** @description What goes into a site's pages. */
        Snippet: {
            /** @description The line that loads the tracker. */
            html: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: {
        /** @description Names the request in the logs. */
        RequestId: string;
        /** @description Seconds after which to try again. */
        RetryAfter: number;
        /** @description How to authenticate (RFC 6750). */
        Challenge: string;
        /** @description Address of what was made, or of the job that does it. */
        Location: string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    track: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "text/plain": string;
                "application/json": components["schemas"]["TrackedEvent"] | components["schemas"]["TrackedBatch"];
            };
        };
        responses: {
            /** @description Every event is taken. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Malformed; `errors` names the field and the event's index. Nothing of the request is taken. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Larger than 64 KiB. */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Neither `text/plain` nor `application/json` in UTF-8. */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A fault of the server's. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The events cannot be taken now; send them again. */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    track_preflight: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Any site may send. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    /** @description The asking origin. */
                    "Access-Control-Allow-Origin"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    track_pixel: {
        parameters: {
            query: {
                /** @description Identifies the event within its site, best a UUIDv7 made in the browser: what is sent twice with one id counts once. Made on arrival where missing. */
                id?: string;
                /** @description The site's tracking id, `pt_…`. */
                siteId: string;
                /** @description `pageview`, `click`, `session_start` or a name of the site's own; `ping`, `engagement`, `outbound`, `download` and `form` are reserved. */
                eventType: string;
                /** @description Address of the page; a relative one is resolved against the site's own. */
                url: string;
                /** @description Address of the page before. */
                referrer?: string;
                /** @description Title of the page; cut after 512 characters. */
                title?: string;
                /** @description When it happened, ISO 8601 by the browser's clock; the time of arrival where missing. */
                timestamp?: string;
                /** @description Id of the visitor, as the tracker keeps it. */
                userId?: string;
                /** @description Width and height in pixels. */
                screen?: string;
                /** @description Language of the browser. */
                language?: string;
                /** @description IANA time zone of the browser. */
                timezone?: string;
                /** @description How many fingers the screen tells apart (`navigator.maxTouchPoints`): an iPad says it is a Mac, this says it is a tablet. */
                touchPoints?: number;
                /** @description Whatever else the page says, up to 8 KiB of JSON; `elementText` is cut after 100 characters. */
                payload?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The event is taken. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "image/gif": string;
                };
            };
            /** @description Malformed; `errors` names the field and the event's index. Nothing of the request is taken. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "image/gif": string;
                };
            };
            /** @description Larger than 64 KiB. */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "image/gif": string;
                };
            };
            /** @description A fault of the server's. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "image/gif": string;
                };
            };
            /** @description The events cannot be taken now; send them again. */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "image/gif": string;
                };
            };
        };
    };
    revoke_key_api_v1_keys__id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The key's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No token or API key, or one that is not valid. */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Challenge"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The key lacks the scope, or a key will not do. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description No such key, or not the caller's, or revoked already. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A fault of the server's; the request id leads to it in its logs. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A part of the system is away or slow. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    preflight_api_v1_keys_id_: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The key's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    register_auth_register_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Registration"];
            };
        };
        responses: {
            /** @description Success */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description A field is refused. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Registration is closed, or needs a valid invitation. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The address has an account already. */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The body is not JSON. */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Too many attempts; `Retry-After` says when to try again. */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A fault of the server's; the request id leads to it in its logs. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A part of the system is away or slow. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    preflight_auth_register: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    log_in_auth_login_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Login"];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description A field is refused. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The address or the password is wrong. */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Challenge"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The request comes from a page of another origin. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The body is not JSON. */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Too many attempts; `Retry-After` says when to try again. */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A fault of the server's; the request id leads to it in its logs. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A part of the system is away or slow. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    preflight_auth_login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    refresh_auth_refresh_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description There is no log-in, or it has ended. */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Challenge"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The request comes from a page of another origin. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Too many attempts; `Retry-After` says when to try again. */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A fault of the server's; the request id leads to it in its logs. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A part of the system is away or slow. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    preflight_auth_refresh: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    log_out_auth_logout_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Logout"] | null;
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description A field is refused. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The request comes from a page of another origin. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The body is not JSON. */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A fault of the server's; the request id leads to it in its logs. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A part of the system is away or slow. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    preflight_auth_logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    show_auth_me_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description No token or API key, or one that is not valid. */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Challenge"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The key lacks the scope, or a key will not do. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A fault of the server's; the request id leads to it in its logs. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A part of the system is away or slow. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    delete_auth_me_delete: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Farewell"];
            };
        };
        responses: {
            /** @description Success */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is refused. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description No token or API key, or one that is not valid. */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Challenge"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The key lacks the scope, or a key will not do. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The body is not JSON. */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Too many attempts; `Retry-After` says when to try again. */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A fault of the server's; the request id leads to it in its logs. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A part of the system is away or slow. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    preflight_auth_me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    change_auth_me_patch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangedUser"];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description A field is refused. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description No token or API key, or one that is not valid. */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Challenge"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The key lacks the scope, or a key will not do. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The body is not JSON. */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Too many attempts; `Retry-After` says when to try again. */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A fault of the server's; the request id leads to it in its logs. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A part of the system is away or slow. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    ask_again_auth_me_confirmation_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description No token or API key, or one that is not valid. */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Challenge"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The key lacks the scope, or a key will not do. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Too many attempts; `Retry-After` says when to try again. */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A fault of the server's; the request id leads to it in its logs. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A part of the system is away or slow. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    preflight_auth_me_confirmation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    invite_auth_invitations_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewInvitation"];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description A field is refused. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description No token or API key, or one that is not valid. */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Challenge"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The key lacks the scope, or a key will not do. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The body is not JSON. */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Too many attempts; `Retry-After` says when to try again. */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A fault of the server's; the request id leads to it in its logs. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A part of the system is away or slow. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    preflight_auth_invitations: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    forgot_auth_password_forgot_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Forgotten"];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description A field is refused. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The request comes from a page of another origin. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The body is not JSON. */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Too many attempts; `Retry-After` says when to try again. */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A fault of the server's; the request id leads to it in its logs. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A part of the system is away or slow. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    preflight_auth_password_forgot: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    reset_auth_password_reset_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Reset"];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description A field is refused. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The body is not JSON. */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Too many attempts; `Retry-After` says when to try again. */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A fault of the server's; the request id leads to it in its logs. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A part of the system is away or slow. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    preflight_auth_password_reset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    confirm_auth_confirm_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Confirmation"];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description A field is refused. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The request comes from a page of another origin. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The body is not JSON. */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Too many attempts; `Retry-After` says when to try again. */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A fault of the server's; the request id leads to it in its logs. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A part of the system is away or slow. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    preflight_auth_confirm: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    list_keys_api_v1_keys_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyList"];
                };
            };
            /** @description No token or API key, or one that is not valid. */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Challenge"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The key lacks the scope, or a key will not do. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A fault of the server's; the request id leads to it in its logs. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A part of the system is away or slow. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    issue_key_api_v1_keys_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewKey"];
            };
        };
        responses: {
            /** @description Success */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedKey"];
                };
            };
            /** @description A field is refused. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description No token or API key, or one that is not valid. */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Challenge"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The key lacks the scope, or a key will not do. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The account has as many keys as it may. */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The body is not JSON. */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Too many attempts; `Retry-After` says when to try again. */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A fault of the server's; the request id leads to it in its logs. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A part of the system is away or slow. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    preflight_api_v1_keys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    list_events_api_v1_events_get: {
        parameters: {
            query?: {
                /** @description One site; all the caller's without it. */
                siteId?: string | null;
                /** @description Most events of the page. */
                limit?: number;
                /** @description `next` of the page before this one. */
                before?: string | null;
                /** @description Only this type. */
                eventType?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventPage"];
                };
            };
            /** @description A parameter is refused. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description No token or API key, or one that is not valid. */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Challenge"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The key lacks the scope, or a key will not do. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description No such site, or not the caller's. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A fault of the server's; the request id leads to it in its logs. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A part of the system is away or slow. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    preflight_api_v1_events: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    show_summary_api_v1_reports_summary_get: {
        parameters: {
            query?: {
                /** @description The site; may be left out by an account with one site. */
                siteId?: string | null;
                /** @description The range of days. `day` is today; `week`, `month` and `year` run to date, weeks from Monday; `7d`, `30d`, `90d` end today; `12mo` is this month and the eleven before; `all` begins with the site's first event; `custom` takes `from` and `to`. */
                period?: components["schemas"]["Period"];
                /** @description First day of a `custom` period. */
                from?: string | null;
                /** @description Last day of a `custom` period. */
                to?: string | null;
                /** @description `previous`: the range before, as long; of a range to date, its same elapsed part. `year`: the same dates a year before. */
                compare?: components["schemas"]["Compare"];
                /** @description IANA zone of the days, the site's own by default; another one for at most 92 days. */
                timezone?: string | null;
                /** @description `dimension:op:value`, at most 20 of them, all of which a visit must fit; `op` is `is`, `is_not` or `contains` (whatever the case). A page or an event selects the visits that contain it; an empty value stands for none. An address may be written in any spelling: `/%D1%87` or `/ч`. */
                filter?: string[] | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Summary"];
                };
            };
            /** @description A parameter is refused. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description No token or API key, or one that is not valid. */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Challenge"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The key lacks the scope, or a key will not do. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description No such site or goal, or not the caller's. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A fault of the server's; the request id leads to it in its logs. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A part of the system is away or slow. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    preflight_api_v1_reports_summary: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    show_breakdown_api_v1_reports_breakdown_get: {
        parameters: {
            query: {
                /** @description What the rows are values of; `payload` needs `event`. */
                dimension: "page" | "entry_page" | "exit_page" | "referrer" | "source" | "channel" | "utm_source" | "utm_medium" | "utm_campaign" | "utm_term" | "utm_content" | "country" | "region" | "city" | "browser" | "os" | "device" | "screen" | "language" | "network" | "event" | "outbound" | "download" | "payload";
                /** @description The site; may be left out by an account with one site. */
                siteId?: string | null;
                /** @description The range of days. `day` is today; `week`, `month` and `year` run to date, weeks from Monday; `7d`, `30d`, `90d` end today; `12mo` is this month and the eleven before; `all` begins with the site's first event; `custom` takes `from` and `to`. */
                period?: components["schemas"]["Period"];
                /** @description First day of a `custom` period. */
                from?: string | null;
                /** @description Last day of a `custom` period. */
                to?: string | null;
                /** @description IANA zone of the days, the site's own by default; another one for at most 92 days. */
                timezone?: string | null;
                /** @description `dimension:op:value`, at most 20 of them, all of which a visit must fit; `op` is `is`, `is_not` or `contains` (whatever the case). A page or an event selects the visits that contain it; an empty value stands for none. An address may be written in any spelling: `/%D1%87` or `/ч`. */
                filter?: string[] | null;
                /** @description Name of the event whose payload dimension `payload` shows. */
                event?: string | null;
                /** @description Id of a goal to count the conversions of. */
                goal?: string | null;
                /** @description Only values that contain this, whatever the case. */
                search?: string | null;
                /** @description Most rows of the page. */
                limit?: number;
                /** @description Which page of `limit` rows each, from 1. */
                page?: number;
                /** @description `next` of the answer before this one, in the place of `page`. */
                next?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Breakdown"];
                };
            };
            /** @description A parameter is refused. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description No token or API key, or one that is not valid. */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Challenge"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The key lacks the scope, or a key will not do. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description No such site or goal, or not the caller's. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A fault of the server's; the request id leads to it in its logs. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A part of the system is away or slow. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    preflight_api_v1_reports_breakdown: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    show_bots_api_v1_reports_bots_get: {
        parameters: {
            query: {
                /** @description What the rows are values of. */
                dimension: "reason" | "page" | "event" | "referrer" | "source" | "channel" | "utm_source" | "utm_medium" | "utm_campaign" | "utm_term" | "utm_content" | "country" | "region" | "city" | "browser" | "os" | "device" | "screen" | "language" | "network";
                /** @description Only events that count as a bot's for this reason, as the summary names it. */
                reason?: string | null;
                /** @description The site; may be left out by an account with one site. */
                siteId?: string | null;
                /** @description The range of days. `day` is today; `week`, `month` and `year` run to date, weeks from Monday; `7d`, `30d`, `90d` end today; `12mo` is this month and the eleven before; `all` begins with the site's first event; `custom` takes `from` and `to`. */
                period?: components["schemas"]["Period"];
                /** @description First day of a `custom` period. */
                from?: string | null;
                /** @description Last day of a `custom` period. */
                to?: string | null;
                /** @description IANA zone of the days, the site's own by default; another one for at most 92 days. */
                timezone?: string | null;
                /** @description Most rows of the page. */
                limit?: number;
                /** @description Which page of `limit` rows each, from 1. */
                page?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BotBreakdown"];
                };
            };
            /** @description A parameter is refused. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description No token or API key, or one that is not valid. */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Challenge"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The key lacks the scope, or a key will not do. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description No such site or goal, or not the caller's. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A fault of the server's; the request id leads to it in its logs. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A part of the system is away or slow. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    preflight_api_v1_reports_bots: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    show_quality_api_v1_reports_quality_get: {
        parameters: {
            query?: {
                /** @description The site; may be left out by an account with one site. */
                siteId?: string | null;
                /** @description The range of days. `day` is today; `week`, `month` and `year` run to date, weeks from Monday; `7d`, `30d`, `90d` end today; `12mo` is this month and the eleven before; `all` begins with the site's first event; `custom` takes `from` and `to`. */
                period?: components["schemas"]["Period"];
                /** @description First day of a `custom` period. */
                from?: string | null;
                /** @description Last day of a `custom` period. */
                to?: string | null;
                /** @description IANA zone of the days, the site's own by default; another one for at most 92 days. */
                timezone?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QualityReport"];
                };
            };
            /** @description A parameter is refused. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description No token or API key, or one that is not valid. */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Challenge"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The key lacks the scope, or a key will not do. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description No such site or goal, or not the caller's. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A fault of the server's; the request id leads to it in its logs. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A part of the system is away or slow. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    preflight_api_v1_reports_quality: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    export_api_v1_export_get: {
        parameters: {
            query: {
                /** @description What is exported; `payload` needs `event`. */
                dataset: "events" | "summary" | "page" | "entry_page" | "exit_page" | "referrer" | "source" | "channel" | "utm_source" | "utm_medium" | "utm_campaign" | "utm_term" | "utm_content" | "country" | "region" | "city" | "browser" | "os" | "device" | "screen" | "language" | "network" | "event" | "outbound" | "download" | "payload";
                /** @description The site; may be left out by an account with one site. */
                siteId?: string | null;
                /** @description The range of days. `day` is today; `week`, `month` and `year` run to date, weeks from Monday; `7d`, `30d`, `90d` end today; `12mo` is this month and the eleven before; `all` begins with the site's first event; `custom` takes `from` and `to`. */
                period?: components["schemas"]["Period"];
                /** @description First day of a `custom` period. */
                from?: string | null;
                /** @description Last day of a `custom` period. */
                to?: string | null;
                /** @description IANA zone of the days, the site's own by default; another one for at most 92 days. */
                timezone?: string | null;
                /** @description `dimension:op:value`, at most 20 of them, all of which a visit must fit; `op` is `is`, `is_not` or `contains` (whatever the case). A page or an event selects the visits that contain it; an empty value stands for none. An address may be written in any spelling: `/%D1%87` or `/ч`. */
                filter?: string[] | null;
                /** @description Name of the event whose payload dimension `payload` shows. */
                event?: string | null;
                /** @description How it is written. */
                format?: components["schemas"]["Format"];
                /** @description Whether CSV begins with a byte-order mark, by which Excel reads letters that are not English; on the first page only. */
                bom?: boolean;
                /** @description `X-Next` of the page before this one. */
                next?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description Where to go on, to be given as `next`; missing on the last page. */
                    "X-Next"?: string;
                    /** @description The address of the next page (`rel="next"`), likewise. */
                    Link?: string;
                    /** @description A name for the file. */
                    "Content-Disposition"?: string;
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                    "application/jsonl": string;
                };
            };
            /** @description A parameter is refused. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description No token or API key, or one that is not valid. */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Challenge"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The key lacks the scope, or a key will not do. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description No such site or goal, or not the caller's. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A fault of the server's; the request id leads to it in its logs. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A part of the system is away or slow. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    preflight_api_v1_export: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    describe_api_v1_openapi_json_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description A fault of the server's; the request id leads to it in its logs. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A part of the system is away or slow. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    preflight_api_v1_openapi_json: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    show_site_api_v1_sites__id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The site's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SiteView"];
                };
            };
            /** @description No token or API key, or one that is not valid. */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Challenge"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The key lacks the scope, or a key will not do. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description No such site, or not the caller's. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A fault of the server's; the request id leads to it in its logs. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A part of the system is away or slow. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    delete_site_api_v1_sites__id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The site's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No token or API key, or one that is not valid. */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Challenge"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The key lacks the scope, or a key will not do. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description No such site, or not the caller's. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A fault of the server's; the request id leads to it in its logs. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A part of the system is away or slow. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    preflight_api_v1_sites_id_: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The site's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    change_site_api_v1_sites__id__patch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The site's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangedSite"];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SiteView"];
                };
            };
            /** @description A field is refused. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description No token or API key, or one that is not valid. */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Challenge"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The key lacks the scope, or a key will not do. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description No such site, or not the caller's. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The body is not JSON. */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A fault of the server's; the request id leads to it in its logs. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A part of the system is away or slow. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    show_snippet_api_v1_sites__id__snippet_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The site's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Snippet"];
                };
            };
            /** @description No token or API key, or one that is not valid. */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Challenge"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The key lacks the scope, or a key will not do. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description No such site, or not the caller's. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A fault of the server's; the request id leads to it in its logs. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A part of the system is away or slow. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    preflight_api_v1_sites_id_snippet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The site's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    list_goals_api_v1_sites__id__goals_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The site's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GoalList"];
                };
            };
            /** @description No token or API key, or one that is not valid. */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Challenge"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The key lacks the scope, or a key will not do. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description No such site, or not the caller's. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A fault of the server's; the request id leads to it in its logs. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A part of the system is away or slow. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    add_goal_api_v1_sites__id__goals_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The site's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GoalDraft"];
            };
        };
        responses: {
            /** @description Success */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GoalView"];
                };
            };
            /** @description A field is refused. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description No token or API key, or one that is not valid. */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Challenge"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The key lacks the scope, or a key will not do. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description No such site, or not the caller's. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The site has this goal, or as many as it may. */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The body is not JSON. */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A fault of the server's; the request id leads to it in its logs. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A part of the system is away or slow. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    preflight_api_v1_sites_id_goals: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The site's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    delete_goal_api_v1_sites__id__goals__goalId__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The site's id. */
                id: string;
                /** @description The goal's id. */
                goalId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No token or API key, or one that is not valid. */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Challenge"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The key lacks the scope, or a key will not do. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description No such goal, or no such site, or not the caller's. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A fault of the server's; the request id leads to it in its logs. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A part of the system is away or slow. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    preflight_api_v1_sites_id_goals_goal_d_: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The site's id. */
                id: string;
                /** @description The goal's id. */
                goalId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    show_job_api_v1_jobs__id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The job's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobView"];
                };
            };
            /** @description No token or API key, or one that is not valid. */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Challenge"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The key lacks the scope, or a key will not do. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description No such job, or another account asked for it. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A fault of the server's; the request id leads to it in its logs. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A part of the system is away or slow. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    preflight_api_v1_jobs_id_: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The job's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    erase_visitor_api_v1_sites__id__visitors__userId__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The site's id. */
                id: string;
                /** @description The visitor's id: `visitor` of an event. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobView"];
                };
            };
            /** @description That can be no visitor's id. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description No token or API key, or one that is not valid. */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Challenge"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The key lacks the scope, or a key will not do. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description No such site, or not the caller's. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description 500 erasures of the site are under way; ask again in a few minutes. */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A fault of the server's; the request id leads to it in its logs. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A part of the system is away or slow. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    preflight_api_v1_sites_id_visitors_user_d_: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The site's id. */
                id: string;
                /** @description The visitor's id: `visitor` of an event. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    request_erasure_api_v1_sites__id__erasures_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The site's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewErasure"];
            };
        };
        responses: {
            /** @description Success */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobView"];
                };
            };
            /** @description That can be no visitor's id. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description No token or API key, or one that is not valid. */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Challenge"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The key lacks the scope, or a key will not do. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description No such site, or not the caller's. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description 500 erasures of the site are under way; ask again in a few minutes. */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The body is not JSON. */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A fault of the server's; the request id leads to it in its logs. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A part of the system is away or slow. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    preflight_api_v1_sites_id_erasures: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The site's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    audit_site_api_v1_sites__id__audits_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The site's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobView"];
                };
            };
            /** @description No token or API key, or one that is not valid. */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Challenge"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The key lacks the scope, or a key will not do. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description No such site, or not the caller's. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A fault of the server's; the request id leads to it in its logs. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A part of the system is away or slow. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    preflight_api_v1_sites_id_audits: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The site's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    list_sites_api_v1_sites_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SiteList"];
                };
            };
            /** @description No token or API key, or one that is not valid. */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Challenge"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The key lacks the scope, or a key will not do. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A fault of the server's; the request id leads to it in its logs. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A part of the system is away or slow. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    add_site_api_v1_sites_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewSite"];
            };
        };
        responses: {
            /** @description Success */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SiteView"];
                };
            };
            /** @description A field is refused. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description No token or API key, or one that is not valid. */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Challenge"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The key lacks the scope, or a key will not do. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The account owns as many sites as it may. */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The body is not JSON. */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A fault of the server's; the request id leads to it in its logs. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description A part of the system is away or slow. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    preflight_api_v1_sites: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
}
