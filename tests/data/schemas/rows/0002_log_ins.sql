UPDATE public.accounts SET password_hash = repeat('x', 64), confirmed_at = created_at;
INSERT INTO public.invitations (hash, email, invited_by, expires_at) VALUES
	('\xde7d1b721a1e0632b7cf04edf5032c8ecffa9f9a08492152b926f1a5a7e765d7', 'guest@example.com', '7ba53276-8e2b-4f48-871c-c94459060a61', '2026-12-05 10:16:51.225666+00');
INSERT INTO public.one_time_tokens (hash, purpose, account_id, expires_at) VALUES
	('\x65c74c15a686187bb6bbf9958f494fc6b80068034a659a9ad44991b08c58f2d2', 'reset', '7ba53276-8e2b-4f48-871c-c94459060a61', '2026-11-28 11:16:51.225666+00');
INSERT INTO public.refresh_families (id, account_id, created_at, expires_at) VALUES
	('0f844b71-8e63-4c9a-ac5a-b6b7d9b5404f', '7ba53276-8e2b-4f48-871c-c94459060a61', '2026-11-28 10:16:51.225666+00', '2026-12-28 10:16:51.225666+00');
INSERT INTO public.refresh_tokens (hash, family_id, rotated_at, expires_at) VALUES
	('\x454349e422f05297191ead13e21d3db520e5abef52055e4964b82fb213f593a1', '0f844b71-8e63-4c9a-ac5a-b6b7d9b5404f', NULL, '2026-12-28 10:16:51.225666+00');
INSERT INTO public.throttles (key, attempts, expires_at) VALUES
	('\xe3b98a4da31a127d4bde6e43033f66ba274cab0eb7eb1c70ec41402bf6273dd8', 3, '2026-11-28 11:16:51.225666+00');
