INSERT INTO public.accounts (id, email, name, language, created_at) VALUES
	('7ba53276-8e2b-4f48-871c-c94459060a61', 'owner@example.com', NULL, 'en', '2026-11-28 10:16:51.225666+00');
INSERT INTO public.api_keys (id, account_id, name, prefix, hash, scopes, created_at, revoked_at) VALUES
	('fa60634c-1b40-497f-8fb2-368a487914a6', '7ba53276-8e2b-4f48-871c-c94459060a61', 'Key', 'ptk_abcd', '\x8254c329a92850f6d539dd376f4816ee2764517da5e0235514af433164480d7a', '{reports:read}', '2026-11-28 10:16:51.225666+00', NULL);
INSERT INTO public.sites (id, tracking_id, url, name, timezone, status, retention_days, identity, excluded_ips, allowed_domains, created_at, updated_at) VALUES
	('89acc715-ffe8-45fb-a461-91426954a0cd', 'pt_c0818e14161ecacbc7e409f52ee263cc', 'https://x.example', 'Site', 'Europe/Moscow', 'active', 730, 'storage', '{}', '{}', '2026-11-28 10:16:51.225666+00', '2026-11-28 10:16:51.225666+00');
INSERT INTO public.site_members (site_id, account_id, role, created_at) VALUES
	('89acc715-ffe8-45fb-a461-91426954a0cd', '7ba53276-8e2b-4f48-871c-c94459060a61', 'owner', '2026-11-28 10:16:51.225666+00');
INSERT INTO public.visitor_salts (site_id, day, salt, created_at) VALUES
	('89acc715-ffe8-45fb-a461-91426954a0cd', '2026-03-20', '\x043a718774c572bd8a25adbeb1bfcd5c0256ae11cecf9f9c3f925d0e52beaf89', '2026-11-28 10:16:51.225666+00');
